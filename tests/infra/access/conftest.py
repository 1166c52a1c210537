"""Two provinces' data, in a folder and in a database, a provider, and servers that people have to sign in to."""

import base64
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from infra.cli import main
from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.http.access import AccessRules
from infra.http.access._provider import Provider
from infra.http.access._settings import SignIn
from infra.postgres.schema import migrate
from infra.settings.data import Settings
from infra.wiring import clock, open_store
from tests.support import places
from tests.support.answering import PATIENT
from tests.support.openid import CLIENT, SECRET, consented, provider
from tests.support.postgres import MASTER
from tests.support.servers.fixtures import fresh_database


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """A folder with all there is."""
    return places.filled(tmp_path_factory.mktemp("whole"), places.everywhere())


@contextmanager
def in_a_database(server, folder, events):
    """The settings of a database with these events in it; the master key is in the environment."""
    with fresh_database(server) as database, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUNGHEN_MASTER_KEY", base64.b64encode(MASTER).decode())
        migrate(database.url)
        places.filled(folder, events, "--database", database.url)
        yield Settings(data=folder, database_url=database.url)


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def held(request, tmp_path_factory):
    """The settings of a store of each kind, with a commune in it."""
    folder, events = tmp_path_factory.mktemp("held"), list(places.told_of("Y09.21"))
    if request.param == "embedded":
        yield Settings(data=places.filled(folder, events))
    else:
        with in_a_database(request.getfixturevalue("postgres_server"), folder, events) as settings:
            yield settings


@pytest.fixture
def command(capsys):
    """Runs a command over some settings: its exit code, and its answer."""

    def run(settings, *words):
        capsys.readouterr()
        code = main([*where(settings), "--lang", "en", *words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def where(settings):
    """The place of a store, as the command line names it."""
    if settings.database_url is not None:
        return ["--database", settings.database_url]
    return ["--data", str(settings.data)]


@pytest.fixture(scope="session")
def idp(tmp_path_factory):
    """A provider; `idp.add(name, **claims)` makes a user."""
    with provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@dataclass
class Place:
    """A server: its address, the rules it is guarded by, where its store is; `client()`: another browser."""

    url: str
    rules: AccessRules
    settings: Settings
    idp: Any
    app: Any

    @property
    def folder(self):
        return self.settings.data

    def client(self, **headers):
        return httpx.Client(base_url=self.url, headers=headers, **PATIENT)

    def asked(self, question):
        """What its store answers."""
        store = open_store(self.settings)
        try:
            return question(store)
        finally:
            store.close()

    def begun(self, browser, then="/session"):
        """The address of the provider's that a browser is sent to."""
        answer = browser.get("/sign-in", params={"next": then})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def agreed(self, browser, name, then="/session"):
        """The address of ours that the provider sends a browser to, when its user has agreed."""
        with httpx.Client(timeout=60) as other:
            return consented(other, self.begun(browser, then), name)

    @contextmanager
    def signed_in(self, name, then="/session", **claims):
        """A browser of somebody who has signed in."""
        if claims:
            self.idp.add(name, **claims)
        with self.client() as browser:
            answer = browser.get(self.agreed(browser, name, then))
            assert answer.status_code == 303, answer.text
            assert answer.headers["location"] == then
            yield browser


@contextmanager
def placed(held, idp=None, **changes):
    """A server over a folder or some settings; with a provider, people sign in."""
    settings = held if isinstance(held, Settings) else Settings(data=held)
    rules = dict[str, Any](changes)
    if idp is not None:
        scopes = "openid profile"
        about = rules.pop("sign_in", {})
        rules["sign_in"] = SignIn(
            provider=Provider(idp.issuer, CLIENT, SECRET, scopes), secret=SECRET, **about
        )
        rules = {"rate": 100_000, "sign_in_rate": 100_000} | rules
    made = AccessRules(**rules)
    app = application(Stores(lambda: open_store(settings), clock, most=2), made)
    with listening("127.0.0.1", 0) as listener, served(app, listener) as server:
        if idp is not None:
            idp.client(f"{server.url}/sign-in/callback", f"{server.url}/")
        yield Place(server.url, made, settings, idp, app)


@pytest.fixture(scope="session")
def guarded(whole, idp):
    """A server that people sign in to."""
    with placed(whole, idp) as place:
        yield place


@pytest.fixture
def browser(guarded):
    """A browser that has never been here."""
    with guarded.client() as browser:
        yield browser

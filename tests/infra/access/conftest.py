"""Two provinces' data, a provider, and servers that people have to sign in to."""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from infra.http import Stores, application
from infra.http._serving import listening, served
from infra.http.access import AccessRules
from infra.http.access._provider import Provider
from infra.http.access._settings import SignIn
from infra.settings import Settings
from infra.wiring import clock, open_store
from tests.support import places
from tests.support.openid import CLIENT, SECRET, consented, provider


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """A folder with all there is."""
    return places.filled(tmp_path_factory.mktemp("whole"), places.everywhere())


@pytest.fixture(scope="session")
def idp(tmp_path_factory):
    """A provider; `idp.add(name, **claims)` makes a user."""
    with provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


@dataclass
class Place:
    """A server: its address, the rules it is guarded by, its folder; `client()`: another browser."""

    url: str
    rules: AccessRules
    folder: Any
    idp: Any
    app: Any

    def client(self, **headers):
        return httpx.Client(base_url=self.url, timeout=60, headers=headers)

    def asked(self, question):
        """What a store of its folder answers."""
        store = open_store(Settings(data=self.folder))
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
def placed(folder, idp=None, **changes):
    """A server over a folder; with a provider, people sign in."""
    rules = dict[str, Any](changes)
    if idp is not None:
        scopes = "openid profile"
        about = rules.pop("sign_in", {})
        rules["sign_in"] = SignIn(
            provider=Provider(idp.issuer, CLIENT, SECRET, scopes), secret=SECRET, **about
        )
        rules = {"rate": 100_000, "sign_in_rate": 100_000} | rules
    made = AccessRules(**rules)
    app = application(Stores(lambda: open_store(Settings(data=folder)), clock, most=2), made)
    with listening("127.0.0.1", 0) as listener, served(app, listener) as server:
        if idp is not None:
            idp.client(f"{server.url}/sign-in/callback", f"{server.url}/")
        yield Place(server.url, made, folder, idp, app)


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

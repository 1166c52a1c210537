"""An OpenID provider for tests: Django's, in a process of its own, with users that have claims, and keys that can be changed.

    python -m tests.support.provider FOLDER        (starts one, says where, and serves until its input ends)

Knows Django. Must not know us but as a client with redirect addresses.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
CLIENT, SECRET = "dunghen", "a-secret-of-the-tests-that-is-long-enough"
PASSWORD = "mat-khau-thu"
LOGIN = '<form method="post">{% csrf_token %}{{ form }}</form>'


@dataclass(frozen=True)
class Running:
    """One that runs: what it calls itself."""

    issuer: str

    def add(self, name: str, **claims: Any) -> None:
        """A user, about whom it says these claims besides."""
        self._do("users", {"name": name, "claims": claims})

    def client(self, redirect: str, back: str) -> None:
        """Let us be its client, reached at these addresses."""
        self._do("client", {"redirect": redirect, "back": back})

    def rotate(self) -> None:
        """Sign with another key from now on; the old one is gone."""
        self._do("rotate", {})

    def private_key(self) -> str:
        """The key that it signs with (PEM)."""
        return str(self._do("key", {})["key"])

    def _do(self, what: str, said: dict[str, Any]) -> Any:
        place = self.issuer.removesuffix("/o") + f"/test/{what}"
        response = httpx.post(place, json=said, timeout=60)
        assert response.status_code == 200, response.text
        return response.json()


@contextmanager
def provider(folder: Path) -> Iterator[Running]:
    """A provider with its files in a folder."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.provider", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            line = process.stdout.readline()
            assert line, "the provider did not start"
            yield Running(json.loads(line)["issuer"])
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def consented(browser: httpx.Client, place: str, name: str) -> str:
    """Sign in at the provider as a user would, and agree; where the provider sends the browser then."""
    page = browser.get(place, follow_redirects=True)
    if 'name="password"' in page.text:
        page = browser.post(page.url, data=_fields(page) | {"username": name, "password": PASSWORD})
        page = browser.get(page.url.join(page.headers["location"]), follow_redirects=False)
    if page.status_code == 200:
        page = browser.post(page.url, data=_fields(page) | {"allow": "Authorize"})
    return page.headers["location"]


def _fields(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") == "hidden" and "name" in said:
            found[said["name"]] = unescape(said.get("value", ""))
    return found


# ── in the process ──────────────────────────────────────────────────────────────────────────────────────────────────


def _new_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _configure(folder: Path, issuer: str) -> None:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="of the tests" * 5,
        DEBUG=False,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.support.providerpages",
        USE_TZ=True,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "provider.sqlite"),
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request"],
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {"registration/login.html": LOGIN},
                        ),
                        "django.template.loaders.app_directories.Loader",
                    ],
                },
            }
        ],
        LOGIN_URL="/accounts/login/",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": _new_key(),
            "OIDC_ISS_ENDPOINT": issuer,
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"],
            "OAUTH2_VALIDATOR_CLASS": "tests.support.providerclaims.Claiming",
            "SCOPES": {"openid": "who", "profile": "more"},
            "PKCE_REQUIRED": True,
        },
    )
    django.setup()


def main(folder: Path) -> None:
    """Serve until the input ends."""
    import threading
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Handler(WSGIRequestHandler):
        def log_message(self, format: str, *given: Any) -> None:  # noqa: A002 - the library's word
            pass

    server = Server(("127.0.0.1", 0), Handler)
    issuer = f"http://127.0.0.1:{server.server_port}/o"
    folder.mkdir(parents=True, exist_ok=True)
    _configure(folder, issuer)
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(json.dumps({"issuer": issuer}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

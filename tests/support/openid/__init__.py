"""An OpenID provider for tests: Django's, in a process of its own, with users that have claims, and keys that can be changed.

Knows how it is started and told what to do. Must not know Django, nor us but as a client with redirect addresses.
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

ROOT = Path(__file__).parents[3]
CLIENT, SECRET = "dunghen", "a-secret-of-the-tests-that-is-long-enough"
PASSWORD = "mat-khau-thu"


@dataclass(frozen=True)
class Running:
    """One that runs: what it calls itself."""

    issuer: str

    def add(self, name: str, **claims: Any) -> None:
        """A user, about whom it says these claims besides; of that name, one it knows already is told of anew."""
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
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.openid", str(folder)]
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

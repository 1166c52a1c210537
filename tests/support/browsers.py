"""The browser that pages are looked at in: Chromium, where there is one on the path.

Knows its names and how it is started. Must not know pages.
"""

import shutil

from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
NOWHERE = f"no browser on the path: none of {', '.join(_NAMES)}"
_STARTING = 120_000
"""Milliseconds."""
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def found(path: str | None = None) -> str | None:
    """Where it is, on the path of this process or another."""
    return next(filter(None, (shutil.which(name, path=path) for name in _NAMES)), None)


def started(playwright: Playwright, place: str | None = None) -> Browser:
    """The browser there, or wherever it is; without one the program ends and says so."""
    at = place or found()
    if at is None:
        raise SystemExit(NOWHERE)
    return playwright.chromium.launch(executable_path=at, args=_ARGUMENTS, timeout=_STARTING)

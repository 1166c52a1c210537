"""Pictures of every page for the documents: `python -m tests.scenarios.screens` writes docs/screens/, names behind it only some.

Over the data folder of the demo, at a moment when its dossiers were under way. Needs a browser on the path, as tests/browser does.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.scenarios.asking import ROOT
from tests.scenarios.serving import fill, serving
from tests.support.browsers import started
from tests.support.servers import free_port

FOLDER = ROOT / "docs" / "screens"
THEN = "as_of=2024-05-20&known_at=2024-05-20"
DESK: dict[str, Any] = {"viewport": {"width": 1200, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 740}}


class Shot(NamedTuple):
    """A picture: of which page, seen how; `opened` is clicked first."""

    name: str
    path: str
    seen: dict[str, Any]
    opened: str | None = None


def shots(code: str, officer: str) -> Iterator[Shot]:
    """All of them. The dossier and the officer are some that are really there."""
    overview, findings = f"/?unit=H13&{THEN}", f"/vi-pham?unit=H13&severity=3&{THEN}"
    dossier = f"/ho-so/{code}?{THEN}"
    yield Shot("overview", overview, DESK)
    yield Shot("overview-dark", f"{overview}&lang=en", DESK | {"color_scheme": "dark"})
    yield Shot("overview-phone", overview, PHONE)
    yield Shot("findings", findings, DESK, ".finding summary")
    yield Shot("findings-dark", f"{findings}&lang=en", DESK | {"color_scheme": "dark"})
    yield Shot("findings-phone", findings, PHONE)
    yield Shot("dossiers", f"/ho-so?unit=H13&state=overdue&{THEN}", DESK)
    yield Shot("dossier", dossier, DESK)
    yield Shot("dossier-dark", f"{dossier}&lang=en", DESK | {"color_scheme": "dark"})
    yield Shot("dossier-phone", dossier, PHONE)
    yield Shot("officer", f"/can-bo/{officer}", DESK)
    yield Shot("unit", "/don-vi/H13.02", DESK)
    yield Shot("import", "/nhap", DESK)


def take(browser: Browser, url: str, shot: Shot, folder: Path) -> None:
    """One picture. A page that does not answer is told of, and ends it."""
    context = browser.new_context(**shot.seen)
    context.set_default_timeout(120_000)
    page = context.new_page()
    answer = page.goto(url.rstrip("/") + shot.path)
    if answer is None or not answer.ok:
        raise SystemExit(f"{shot.path} does not answer")
    if shot.opened is not None:
        page.locator(shot.opened).first.click()
    page.screenshot(path=folder / f"{shot.name}.png")
    context.close()


def main(names: Sequence[str]) -> int:
    """These pictures anew; all of them where none is named."""
    with sync_playwright() as playwright, closing(started(playwright)) as browser:
        _take_all(browser, names)
    return 0


def _take_all(browser: Browser, names: Sequence[str]) -> None:
    data = fill()
    FOLDER.mkdir(exist_ok=True)
    with serving(data, free_port()) as (url, _):
        page = browser.new_page()
        page.goto(f"{url}ho-so?unit=H13.02&state=overdue&{THEN}", timeout=120_000)
        code = page.locator("tbody th a").first.inner_text()
        officer = page.locator("tbody td a[href*='/can-bo/']").first.get_attribute("href") or ""
        for shot in shots(code, officer.partition("?")[0].rpartition("/")[2]):
            if not names or shot.name in names:
                take(browser, url, shot, FOLDER)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

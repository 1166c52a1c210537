"""When a browser first paints a page that it has never seen: in Chromium, driven by Playwright.

Knows browsers. Must not know which pages there are. Each page is opened in a context of its own, so nothing is in a cache and no
connection is open; counted is from the moment that the address is asked for, by the browser's own clock.
"""

from collections.abc import Iterable
from contextlib import closing

from playwright.sync_api import Browser, sync_playwright

from tests.support.browsers import started

_WARM = 3
_PAINTED = """() => new Promise((told, failed) => {
  setTimeout(() => failed(new Error('nothing was painted')), 60000);
  new PerformanceObserver((seen) => {
    for (const each of seen.getEntries()) if (each.name === 'first-contentful-paint') told(each.startTime);
  }).observe({ type: 'paint', buffered: true });
})"""


def painted(addresses: Iterable[str]) -> list[float]:
    """Milliseconds to the first contentful paint of each of these, after the first few. In a process of its own."""
    with sync_playwright() as playwright, closing(started(playwright)) as browser:
        return [_one(browser, address) for address in addresses][_WARM:]


def _one(browser: Browser, address: str) -> float:
    with browser.new_context() as context:
        page = context.new_page()
        answer = page.goto(address, timeout=120_000)
        assert answer is not None
        assert answer.ok, address
        milliseconds: float = page.evaluate(_PAINTED)
    return milliseconds

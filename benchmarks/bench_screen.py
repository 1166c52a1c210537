"""Append to screen: one fact at a time into `dunghen serve` over a data folder, until the DOM of a page that is open shows it.

    python -m benchmarks.bench_screen --appends 100 [--listeners 200] [--dossiers 2000 | --data DIR]

Three pages are open in a Chromium from the path, each as a reader of its own: the overview, the findings, and the dossier that the fact is
of. The fact is a result that comes late: it changes all three. It is sent when the pages are at rest, at a random moment: a page asks for
itself at once only after a silence, and while changes keep coming it follows them two seconds apart or more, by design. Counted from
before the fact is sent, by the machine's clock: until the page asks, until it is answered, until the DOM has the first of what is new. The
baseline in the same run is who listens at a socket: the first and the last of them to hear of the same fact. Server, browser, listeners
and who sends share the processors. DIR is a data folder that is there; facts are added to it.
"""

import argparse
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Page, sync_playwright

from tests.support.browsers import started
from tests.support.listeners import Listener, listening
from tests.support.serving import Served, dossiers, serving

_PATIENCE = 60_000
"""Milliseconds."""
_AT_ONCE = 100
_NEW = 900_000
"""The number of the first dossier that is measured; those that are there before are below."""
_SHOWS = {
    "overview": "#figures, #below, #beside",
    "findings": "#total, #by-severity, #by-rule",
    "dossier": "[data-part]:not(#notes)",
}
"""Where each page shows the fact."""
_LIVE = "() => document.querySelector('#live:not([hidden]) .on:not([hidden])')"
_OBSERVED = """shows => {
  const seen = new MutationObserver(() => { window.shownAt ??= Date.now(); });
  for (const part of document.querySelectorAll(shows)) seen.observe(part, { subtree: true, childList: true, characterData: true });
}"""
_AT_REST = "() => { performance.clearResourceTimings(); window.shownAt = null; }"
_ASKED = "performance.getEntriesByType('resource').find((each) => each.initiatorType === 'fetch')"
_SHOWN = f"() => window.shownAt && {_ASKED}"
_TOLD = f"""() => {{
  const {{ startTime, responseEnd }} = {_ASKED};
  return [performance.timeOrigin + startTime, performance.timeOrigin + responseEnd, window.shownAt];
}}"""
_STEPS = "asks", "is answered", "shows it"
_RESTED = """() => {
  const asked = performance.getEntriesByType('resource').filter((each) => each.initiatorType === 'fetch').at(-1);
  const later = asked && Math.max(2000, 10 * asked.duration) + Math.min(2000, 10 * asked.duration) + 300;
  return !asked || performance.now() - asked.responseEnd > later;
}"""
"""Whether all that a page may still wait for by `asking.js` is over: had there been more to ask for, it would have."""


def _opened(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.wait_for_function(_LIVE)
    page.evaluate(_OBSERVED, _SHOWS[name])


def _ways(
    server: Served, pages: Mapping[str, Page], listeners: list[Listener], appends: int
) -> Iterator[Mapping[str, float]]:
    """Of each fact the milliseconds from before it was sent, by what they end at."""
    chance = random.Random(7)
    for name, path in (("overview", "/"), ("findings", "/vi-pham")):
        _opened(pages[name], server.url + path, name)
    for number in range(_NEW, _NEW + appends):
        *_, issued, _ = dossiers(number, 1)
        _opened(pages["dossier"], f"{server.url}/ho-so/{issued['subject']}", "dossier")
        for page in pages.values():
            page.wait_for_function(_RESTED, polling=100, timeout=_PATIENCE)
        time.sleep(chance.random() / 2)
        for page in pages.values():
            page.evaluate(_AT_REST)
        known = len(listeners[0].heard)
        assert all(len(each.heard) == known for each in listeners)
        began, since = time.time(), time.monotonic()
        server.send([issued])
        ways = {}
        for name, page in pages.items():
            page.wait_for_function(_SHOWN, timeout=_PATIENCE)
            for step, instant in zip(_STEPS, page.evaluate(_TOLD), strict=True):
                ways[f"{name} {step}"] = instant - began * 1000
        while not all(len(each.heard) > known for each in listeners):
            time.sleep(0.001)
        heard = sorted(each.at[known] - since for each in listeners)
        ways["a socket hears, the first"] = heard[0] * 1000
        ways["a socket hears, the last"] = heard[-1] * 1000
        yield ways


def _tell(name: str, milliseconds: list[float]) -> None:
    cuts = quantiles(milliseconds, n=100, method="inclusive")
    p50, p90, p99 = (cuts[at - 1] for at in (50, 90, 99))
    longest = max(milliseconds)
    print(
        f"{name:<36} p50 {p50:>6.0f}   p90 {p90:>6.0f}   p99 {p99:>6.0f}   longest {longest:>6.0f} ms"
    )


def _filled(server: Served, count: int, appends: int) -> None:
    """So many dossiers that have ended, and those whose result is still to come."""
    for first in range(0, count, _AT_ONCE):
        server.send(dossiers(first, min(_AT_ONCE, count - first)), "?wait=30")
    for number in range(_NEW, _NEW + appends):
        *before, _, _ = dossiers(number, 1)
        server.send(before, "?wait=30" if number == _NEW + appends - 1 else "")


def _measured(server: Served, options: argparse.Namespace) -> None:
    _filled(server, options.dossiers, options.appends)
    told = defaultdict[str, list[float]](list)
    stream = f"{server.url}/streams/violations"
    with sync_playwright() as playwright, listening(stream, options.listeners) as listeners:
        browser = started(playwright)
        pages = {name: browser.new_page() for name in _SHOWS}
        for ways in _ways(server, pages, listeners, options.appends):
            for name, milliseconds in ways.items():
                told[name].append(milliseconds)
        browser.close()
    for name, of_all in told.items():
        _tell(name, of_all)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--appends", type=int, default=100)
    parser.add_argument("--listeners", type=int, default=1, help="who listen beside, at sockets")
    parser.add_argument("--dossiers", type=int, default=2_000, help="there before")
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(options.data or Path(folder)) as server:
        _measured(server, options)


if __name__ == "__main__":
    main()

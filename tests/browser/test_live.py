"""A page that stays open: what is imported beside it is seen, and that it is cut off is said."""

import json
import subprocess
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import httpx
import pytest
from playwright.sync_api import Route

from domain.values import VN
from infra.cli import main
from tests.browser.looking import led
from tests.support.places import EXAMPLE
from tests.support.serving import COMMAND, environment, serving

PATIENCE = 120
CODE = "Y09.21-260202-0007"


def take_in(folder, name, events):
    file = folder / f"{name}.jsonl"
    file.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "import", str(file)],
        env=environment(folder / "data"),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr


QUESTIONS = ["", "?severity=3", "?officer=cb-hai"]


def figures(page):
    """What the page says beside its list: how many there are, and of them by severity and by rule."""
    beside = page.locator("#by-severity li, #by-rule li").evaluate_all(
        "all => all.map(each => [each.dataset.key, each.querySelector('.number')?.textContent])"
    )
    return page.locator("[data-total]").inner_text(), beside


def answered(folder, asked, capsys):
    """The same of the command line: how many there are, and of them by rule."""
    words = [word for name, value in parse_qsl(asked.lstrip("?")) for word in (f"--{name}", value)]
    capsys.readouterr()
    main(["--data", str(folder / "data"), "violations", *words, "--count-by", "rule", "--json"])
    answer = json.loads(capsys.readouterr().out)
    return answer["total"], {each["key"]: each["count"] for each in answer["counts"]}


def rows(page):
    return page.locator(".finding").evaluate_all("all => all.map(each => each.dataset.finding)")


GONE = """wanted => {
  const gone = [...document.querySelectorAll('.finding.gone')].map((each) => each.dataset.finding);
  return gone.join() === wanted.join();
}"""


def test_what_is_imported_beside_an_open_page_is_seen_and_so_is_the_end(look, tmp_path, capsys):
    ended = [event for event in EXAMPLE if event["subject"].endswith("0007")]
    directory = [event for event in EXAMPLE if event not in ended]
    take_in(tmp_path, "before", [*directory, *ended[:3]])
    with serving(tmp_path / "data") as server:
        server.caught_up()
        pages = {asked: look(f"{server.url}/vi-pham{asked}") for asked in QUESTIONS}
        shown = {asked: rows(page) for asked, page in pages.items()}
        before = {asked: figures(page) for asked, page in pages.items()}
        for page in pages.values():
            page.locator("#live .on").wait_for(state="visible")

        take_in(tmp_path, "after", ended[3:])
        server.caught_up()

        for asked, page in pages.items():
            fresh = look(f"{server.url}/vi-pham{asked}")
            now, listed = figures(fresh), rows(fresh)
            fresh.close()
            page.wait_for_function(
                "total => document.querySelector('[data-total]').textContent === total", arg=now[0]
            )
            page.wait_for_function(
                "wanted => document.querySelector('#live .news').hidden === wanted",
                arg=listed == shown[asked],
            )
            assert figures(page) == now
            total, by_rule = answered(tmp_path, asked, capsys)
            assert page.locator("[data-total]").get_attribute("data-total") == str(total)
            beside = page.locator("#by-rule li[data-key]:has(.number)")
            assert by_rule == {
                each.get_attribute("data-key"): int(each.locator(".number").inner_text())
                for each in beside.all()
            }
            assert rows(page) == shown[asked]
            page.wait_for_function(GONE, arg=[each for each in shown[asked] if each not in listed])
        assert figures(pages[""]) != before[""]

        page = pages[""]
        since = datetime.now(UTC)
        led(page, page.get_by_role("link", name="Tải lại danh sách").click)
        page.locator("#live .on").wait_for(state="visible")
        cut_off(look, server, [page], since)


def cut_off(look, server, pages, since):
    """Each page says that it is, and names an instant between `since` and now: that of its last data, as a clock on the wall shows it."""
    look.expected = ["Failed to load resource", "ERR_"]
    until = datetime.now(UTC)
    server.process.kill()
    for page in pages:
        page.locator("#live .paused").wait_for(state="visible")
        named = page.locator("#live .paused time")
        instant = datetime.fromisoformat(named.get_attribute("datetime"))
        assert since <= instant <= until
        assert named.inner_text() == f"{instant.astimezone(VN):%H:%M:%S}"


def test_a_page_that_is_cut_off_names_the_instant_of_its_last_data(look, tmp_path):
    ended = [event for event in EXAMPLE if event["subject"].endswith("0007")]
    directory = [event for event in EXAMPLE if event not in ended]
    *before, issued, _ = ended
    take_in(tmp_path, "before", [*directory, *before])
    with serving(tmp_path / "data") as server:
        server.caught_up()
        pages = [look(server.url + path) for path in ("/", "/vi-pham", f"/ho-so/{CODE}")]
        for page in pages:
            page.locator("#live .on").wait_for(state="visible")
        shown = [page.locator("main").inner_text() for page in pages]

        since = datetime.now(UTC)
        take_in(tmp_path, "after", [issued])
        for page, first in zip(pages, shown, strict=True):
            page.wait_for_function(
                "first => document.querySelector('main').innerText !== first", arg=first
            )
        cut_off(look, server, pages, since)


LOOKED_AT = """looked => {
  Object.defineProperty(document, 'hidden', {value: !looked, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.mark.parametrize("path", ["/", "/vi-pham", f"/ho-so/{CODE}"])
def test_a_page_that_nobody_looks_at_holds_no_connection(look, site, path):
    page = look(f"{site}{path}")
    page.locator("#live .on").wait_for(state="visible")

    with page.expect_event("requestfailed", lambda request: "/streams/" in request.url):
        page.evaluate(LOOKED_AT, 0)
    with page.expect_request("**/streams/**") as again:
        page.evaluate(LOOKED_AT, 1)

    assert "after=" in again.value.url
    page.locator("#live .on").wait_for(state="visible")
    assert page.locator("#live .paused").is_hidden()


def test_a_page_that_asks_by_itself_says_so_and_only_now_and_then(look, site):
    """A hundred changes at once are asked for once, and once more for those that came meanwhile."""
    page = look(f"{site}/")
    asked = []

    def note(request):
        asked.append(request)

    page.on("request", note)
    page.evaluate(
        """async () => {
          const { renewing } = await import(new URL('asking.js', document.querySelector('script[type=module]').src));
          const changed = renewing(() => { window.came = (window.came ?? 0) + 1; });
          for (let n = 0; n < 100; n++) changed();
          window.changed = changed;
        }"""
    )
    page.wait_for_function("() => window.came === 1")
    page.evaluate("() => { for (let n = 0; n < 100; n++) window.changed(); }")
    page.wait_for_function("() => window.came === 2")

    told = [
        request.headers.get("dunghen-by-itself")
        for request in asked
        if request.resource_type == "fetch"
    ]
    assert told == ["1", "1"]


@pytest.mark.parametrize(("took", "first"), [(20, 0), (1500, 1400), (60_000, 2000)])
def test_after_a_silence_it_asks_at_once_or_when_others_have_been_answered(look, site, took, first):
    """Milliseconds that it waits at most, on a page that took so many to be answered; then for what came meanwhile."""
    page = look(f"{site}/")
    waits = page.evaluate(
        """async (took) => {
          const { renewing } = await import(new URL('asking.js', document.querySelector('script[type=module]').src));
          const [waits, later] = [[], window.setTimeout];
          Math.random = () => 1;
          performance.getEntriesByType = () => [{ requestStart: 0, responseEnd: took }];
          window.setTimeout = (then, milliseconds) => { waits.push(milliseconds); return later(then, 0); };
          let came = 0;
          await new Promise((done) => {
            const changed = renewing(() => { came += 1; came === 1 ? changed() : done(); });
            changed();
          });
          return waits.slice(0, 3);
        }""",
        took,
    )

    assert waits[0] == first
    assert waits[1] >= 2000
    assert 0 < waits[2] <= 2000


def test_a_page_whose_reader_has_to_sign_in_again_asks_seldom_until_he_has(look, site):
    page = look(f"{site}/")
    waits = page.evaluate(
        """async () => {
          const { renewing } = await import(new URL('asking.js', document.querySelector('script[type=module]').src));
          const [waits, later, ask, answers] = [[], window.setTimeout, window.fetch, [401, 403]];
          window.setTimeout = (then, milliseconds) => { waits.push(milliseconds); return later(then, 0); };
          window.fetch = (...asked) => (answers.length ? Promise.resolve(new Response('', { status: answers.pop() })) : ask(...asked));
          await new Promise((done) => renewing(done)());
          return waits;
        }"""
    )

    assert [waits[1], waits[3]] == [60_000, 60_000]


def test_rows_stay_what_they_are_about_whoever_has_the_focus(look, site):
    page = look(f"{site}/")
    told = page.evaluate(
        """async () => {
          const { patch } = await import(new URL('patching.js', document.querySelector('script[type=module]').src));
          const list = (names) => {
            const made = document.createElement('ol');
            for (const name of names) {
              const row = made.appendChild(document.createElement('li'));
              row.dataset.key = name;
              const link = row.appendChild(document.createElement('a'));
              link.href = `#${name}`;
              link.textContent = names.join('');
            }
            return made;
          };
          const shown = document.getElementById('main').appendChild(list(['a', 'b', 'c']));
          const order = () => [...shown.children].map((row) => row.dataset.key).join('');
          const b = shown.querySelector('[href="#b"]');
          const orders = [];
          b.focus();
          patch(shown, list(['c', 'b', 'd', 'a']));
          orders.push(order(), document.activeElement === b, b.textContent);
          b.blur();
          patch(shown, list(['c', 'b', 'd', 'a']));
          orders.push(order());
          patch(shown, list(['b']));
          return [...orders, order(), shown.contains(b)];
        }"""
    )

    assert told == ["abdc", True, "cbda", "cbda", "b", True]


LETTERS = """() => [...document.querySelectorAll(".figures [href*='letter=late'], .figures [href*='state=overdue']")]
  .map((each) => each.innerText).join()"""
MARKED = """() => new MutationObserver((_, seen) => {
  window.marked = document.querySelector('.figures .changed') !== null;
  if (window.marked) seen.disconnect();
}).observe(document.querySelector('.figures'), {subtree: true, attributes: true, attributeFilter: ['class']})"""
"""A mark stays for a moment only: it is seen whenever it comes."""


def test_a_figure_of_the_open_overview_follows_an_import_and_nothing_moves(look, tmp_path):
    ended = [event for event in EXAMPLE if event["subject"].endswith("0007")]
    directory = [event for event in EXAMPLE if event not in ended]
    take_in(tmp_path, "before", [*directory, *ended[:2]])
    with serving(tmp_path / "data") as server:
        server.caught_up()
        page = look(f"{server.url}/")
        page.locator("#live .on").wait_for(state="visible")
        before = page.evaluate(LETTERS)
        link = page.locator(".figures a").first
        link.focus()
        page.evaluate("window.stayed = document.activeElement")
        page.evaluate(MARKED)
        place = page.locator(".units").first.bounding_box()

        take_in(tmp_path, "after", ended[2:])

        page.wait_for_function("() => window.marked")
        page.wait_for_function(f"before => ({LETTERS})() !== before", arg=before)
        assert page.evaluate("window.stayed === document.activeElement")
        assert page.locator(".units").first.bounding_box()["y"] == place["y"]
        since = datetime.now(UTC)
        page.reload()
        shown = page.locator(".figures").inner_text()
        assert page.locator("#live .paused").is_hidden()
        page.locator("#live .on").wait_for(state="visible")

        cut_off(look, server, [page], since)
        assert page.locator(".figures").inner_text() == shown


def test_an_overview_of_another_moment_follows_nothing(look, site):
    page = look(f"{site}/?as_of=2026-03-01")

    assert page.locator("#live").count() == 0
    assert page.locator(".figures").is_visible()


def test_an_open_overview_whose_period_ends_is_no_longer_live(look, site):
    page = look(f"{site}/?period=2026-02..2099-12")
    page.locator("#live .on").wait_for(state="visible")
    over = httpx.get(f"{site}/?period=2026-02", headers={"accept": "text/html"}, timeout=60).text
    told = {"content_type": "text/event-stream", "body": "event: units\nid: 1\ndata: {}\n\n"}
    page.route("**/streams/units*", lambda route: route.fulfill(**told))
    page.route("**/?period=*", lambda route: route.fulfill(content_type="text/html", body=over))
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")

    page.locator(".bar.past").wait_for()
    page.locator("#live").wait_for(state="hidden")


@pytest.mark.parametrize("path", ["/", "/vi-pham", f"/ho-so/{CODE}"])
def test_a_page_is_not_said_to_be_live_before_it_is(look, site, path):
    asked = list[Route]()

    def hold(route):
        asked.append(route)

    page = look(f"{site}/problems")
    page.route("**/streams/**", hold)
    page.goto(f"{site}{path}")
    while not asked:
        page.wait_for_timeout(20)
    assert page.locator("#live").is_hidden()
    below = page.locator("main .panel").last.bounding_box()

    asked.pop().continue_()
    page.locator("#live .on").wait_for(state="visible")
    assert page.locator("main .panel").last.bounding_box() == below


def test_a_stream_that_is_refused_for_a_while_is_asked_for_again(look, site):
    asked = []

    def refused_once(route):
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
        else:
            route.fulfill(status=503, content_type="application/problem+json", body="{}")

    look.expected = ["Failed to load resource"]
    page = look(f"{site}/problems")
    page.route("**/streams/violations*", refused_once)
    page.goto(f"{site}/vi-pham")

    page.locator("#live .on").wait_for(state="visible")
    assert len(asked) == 2
    assert asked[0] == asked[1]

"""Every page in every guise: nothing that a screen reader stumbles over, nothing beside a phone, nothing the policy forbids."""

import httpx
import pytest

from infra.language import Language
from tests.browser.conftest import EXAMPLES, serving
from tests.browser.looking import PHONE, sideways, stumbles

PAGES = {
    "overview": "/",
    "overview then": "/?as_of=2026-02-20&period=2026-02",
    "nothing yet": "/?as_of=2000-01-01",
    "dossiers": "/ho-so",
    "dossiers filtered": "/ho-so?state=late&letter=owed",
    "no dossiers": "/ho-so?state=waiting",
    "findings": "/vi-pham",
    "findings of a rule": "/vi-pham?rule=apology_missing&severity=3&as_of=2026-03-20",
    "no findings": "/vi-pham?period=1999",
    "officer": "/can-bo/cb-hai",
    "officer with everything": "/can-bo/cb-mai?cases=all&work=overdue",
    "unit": "/don-vi/Y09.21",
    "unit then": "/don-vi/Y09.21?as_of=2026-02-10",
    "dossier": "/ho-so/Y09.21-260202-0007",
    "taking in": "/nhap",
    "what codes mean": "/problems",
    "beyond the calendar": "/ho-so/Y09.21:14/2026?as_of=2031-01-01",
    "not there": "/khong-co",
    "misread": "/?period=cuối năm",
}
"""Name -> address, of every page and every state of it."""


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """The address of the page of a file that was rehearsed, a line of it refused."""
    with serving(tmp_path_factory.mktemp("handed")) as url:
        file = {"file": ("register.csv", (EXAMPLES / "register.csv").read_bytes())}
        address = url + httpx.post(f"{url}/nhap", files=file, timeout=60).headers["location"]
        while 'id="refused"' not in httpx.get(address, timeout=60).text:
            pass
        yield address


@pytest.mark.parametrize("name", PAGES)
def test_every_page_in_both_languages_and_both_lights_on_a_desk_and_a_phone(look, site, name):
    look.expected = ["404 (Not Found)", "400 (Bad Request)"]
    in_every_guise(look, f"{site}{PAGES[name]}")


def test_so_does_the_page_of_a_file_that_was_handed_in(look, handed_in):
    in_every_guise(look, handed_in)


def test_that_the_calendar_does_not_reach_so_far_is_said_on_the_page(look, site):
    page = look(f"{site}{PAGES['beyond the calendar']}", viewport=PHONE)

    assert page.get_by_text(Language("vi")("answer.calendar_incomplete")).is_visible()


def in_every_guise(look, address):
    in_english = f"{address}{'&' if '?' in address else '?'}lang=en"
    desk = look(address)
    phone = look(in_english, viewport=PHONE, color_scheme="dark")

    for page, lang in ((desk, "vi"), (phone, "en")):
        assert page.locator("html").get_attribute("lang") == lang
        page.evaluate(
            "for (const e of [...document.querySelectorAll('main details')].slice(0, 2)) e.open = true"
        )
        assert stumbles(page) == []
        assert sideways(page) <= 0


@pytest.mark.parametrize("path", ["/", "/ho-so", "/vi-pham", "/can-bo/cb-hai", "/don-vi/Y09.21"])
def test_a_page_is_read_without_a_script(look, site, path):
    page = look(f"{site}{path}", java_script_enabled=False)

    assert page.locator("h1").count() == 1
    assert page.locator("main a").count() > 5
    page.locator(".bar summary").click()
    assert page.get_by_label("Tính đến", exact=True).is_visible()


FIGURES = """() => {
  for (const each of document.querySelectorAll('#live, .time, main form')) each.remove();
  return document.getElementById('main').innerText;
}"""
"""All that a page says but what its script is for: the connection, the handles."""


@pytest.mark.parametrize(
    "path",
    ["/", "/ho-so", "/vi-pham", "/can-bo/cb-hai", "/don-vi/Y09.21", "/ho-so/Y09.21-260202-0007"],
)
def test_a_script_makes_no_figure_and_hides_none(look, site, path):
    def plain():
        return look(f"{site}{path}", java_script_enabled=False).evaluate(FIGURES)

    # Time passes: what is open may be later by a minute.
    before, page = plain(), look(f"{site}{path}")
    page.wait_for_function("() => !document.querySelector('#live[hidden]')")
    shown = page.evaluate(FIGURES)

    assert any(character.isdigit() for character in shown)
    assert shown in (before, plain())


REACHED = """() => {
  const here = document.activeElement;
  if (here === document.body || here.dataset.reached) return null;
  here.dataset.reached = 'yes';
  const shown = getComputedStyle(here);
  return [shown.outlineStyle, here.outerHTML.slice(0, 80)];
}"""
MISSED = """() => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
  .filter((each) => each.checkVisibility() && each.type !== 'hidden' && !each.dataset.reached)
  .map((each) => each.outerHTML.slice(0, 80))"""


WALKED = [
    "/",
    "/ho-so",
    "/can-bo/cb-hai",
    "/don-vi/Y09.21",
    "/vi-pham",
    "/nhap",
    "/ho-so/Y09.21-260202-0007",
    "/problems",
]


@pytest.mark.parametrize("path", WALKED)
def test_all_that_can_be_used_is_reached_by_keyboard_and_shows_that_it_is(look, site, path):
    walk(look(f"{site}{path}"))


def test_so_it_is_on_the_page_of_a_file_that_was_handed_in(look, handed_in):
    walk(look(handed_in))


def walk(page):
    for _ in range(300):
        page.keyboard.press("Tab")
        reached = page.evaluate(REACHED)
        if reached is None:
            break
        assert reached[0] != "none", reached[1]

    assert page.evaluate(MISSED) == []


def test_the_bar_is_changed_by_keyboard_alone(look, site):
    page = look(f"{site}/")
    page.locator(".bar summary").focus()
    for key in ("Enter", "Tab", *"02/2026", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**period=02**")

    assert "Kỳ: 02/2026" in page.locator(".bar").inner_text()


def test_everything_is_reached_by_keyboard_alone(look, site):
    page = look(f"{site}/vi-pham?as_of=2026-03-20&dossier=Y09.21-260202-0007")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'main'")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.parentElement.className") == "finding":
            break
    page.keyboard.press("Enter")
    assert page.locator(".finding[open]").count() == 1
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.finding[open]') !== null")


def test_who_wants_no_motion_sees_none(look, site):
    moving, still = (
        look(f"{site}/", reduced_motion=wish).evaluate(
            "() => { const e = document.body; e.classList.add('changed'); return getComputedStyle(e).transitionDuration }"
        )
        for wish in ("no-preference", "reduce")
    )

    assert (moving, still) == ("1.2s", "0s")


def test_a_page_that_is_wrong_is_found_out(look, site):
    page = look(f"{site}/")
    for wrong in (
        "() => { const s = document.createElement('script'); s.textContent = '1'; document.head.append(s); }",
        "() => { new Image().src = 'http://127.0.0.1:1/x.png'; }",
    ):
        with page.expect_console_message(lambda told: "Content Security Policy" in told.text):
            page.evaluate(wrong)
        assert any("Content Security Policy" in each for each in look.wrong)
        look.wrong.clear()
    look.expected = ["Content Security Policy", "http://127.0.0.1:1/"]  # what is told later

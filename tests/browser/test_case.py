"""A dossier's page: what it shows at every stop of its two handles is what the command line says, whoever looks and however."""

import json
import re
import shutil
from contextlib import closing
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Route

from infra.cli import main
from infra.http._taking import BATCH
from infra.language import Language
from infra.settings.data import Settings
from infra.wiring import clock, open_store
from tests.browser.conftest import serving
from tests.browser.looking import PHONE, led, sideways, stumbles

CODE = "Y09.21-260202-0007"
BOOK = "Y09.21:13/2026"
PATHS = [f"/ho-so/{CODE}", f"/ho-so/{BOOK}", f"/ho-so/{CODE}?as_of=2026-02-24&known_at=2026-02-24"]
VI = Language("vi")


def explained(filled, capsys, **at):
    options = [
        word
        for name, value in at.items()
        if value
        for word in (f"--{name.replace('_', '-')}", value)
    ]
    capsys.readouterr()
    main(["--data", str(filled), "explain", CODE, *options, "--json"])
    return json.loads(capsys.readouterr().out)


def shown(page):
    """What the page says: the class, the due date, the findings, the office minutes shared out."""
    return {
        "class": page.locator("#part-head .badge").inner_text(),
        "due": page.locator("#part-judgement td").nth(0).inner_text(),
        "findings": [
            re.sub(r"^\d+\. ", "", text.split("\n")[0]).strip()
            for text in page.locator(".found h3").all_inner_texts()
        ],
        "letter": page.locator("#part-judgement .panel .facts .badge").all_inner_texts()[:1],
    }


def said(answer):
    findings = [
        f"{each['name']} {VI.word('severity', str(each['severity']))}"
        for each in answer["findings"]
    ]
    grade = answer["letter"]["grade"]
    return {
        "class": VI.word("class", answer["clocks"]["legal"]["class"]),
        "due": VI.limit(answer["clocks"]["legal"]["due"])
        if answer["clocks"]["legal"]["due"]
        else VI("missing"),
        "findings": findings,
        "letter": [] if grade == "not_owed" else [VI.word("grade", grade)],
    }


@pytest.mark.parametrize("axis", ["as_of", "known_at"])
def test_at_every_stop_the_page_says_what_the_command_line_says(look, site, filled, capsys, axis):
    page = look(f"{site}/ho-so/{CODE}")
    slider = page.locator(f"#time-{axis}-slider")
    stops = page.locator(f"#time-{axis} option").evaluate_all("all => all.map(one => one.value)")
    assert stops[-1] == ""
    assert len(stops) > 4

    slider.focus()
    for stop in reversed(stops[:-1]):
        with page.expect_response(lambda response: "/ho-so/" in response.url):
            page.keyboard.press("ArrowLeft")
        page.locator("main:not([aria-busy])").wait_for()
        page.wait_for_function(
            "([axis, stop]) => new URL(location.href).searchParams.get(axis) === stop",
            arg=[axis, stop],
        )

        assert shown(page) == said(explained(filled, capsys, **{axis: stop}))
        words = slider.get_attribute("aria-valuetext")
        assert words == page.locator(f"#time-{axis} option[value='{stop}']").text_content()


def test_an_address_shows_everybody_the_same(look, site, filled, capsys):
    at = {"as_of": "2026-02-24T15:00:00+07:00", "known_at": "2026-02-20"}
    page = look(f"{site}/ho-so/{CODE}?as_of=2026-02-24T15:00:00%2B07:00&known_at=2026-02-20")

    assert shown(page) == said(explained(filled, capsys, **at))
    assert "theo dữ liệu ghi nhận đến 20/02/2026" in page.locator(".bar").inner_text()


def test_what_was_shown_and_what_was_so_stand_side_by_side(look, site):
    page = look(f"{site}/ho-so/{CODE}?as_of=2026-03-01&known_at=2026-03-01")

    assert page.locator(".side .badge").all_inner_texts() == [
        "Đang giải quyết quá hạn",
        "Đã giải quyết quá hạn",
    ]
    assert (
        "2 sự kiện đã xảy ra mà lúc đó chưa được ghi nhận"
        in page.locator(".difference").inner_text()
    )
    assert page.locator(".event.unknown").count() == 2


def test_without_a_script_the_handles_are_lists_and_links(look, site):
    page = look(f"{site}/ho-so/{CODE}", java_script_enabled=False)
    page.locator("#time-as_of").select_option(index=0)
    led(page, page.get_by_role("button", name="Xem").click)
    assert page.locator(".bar.past").count() == 1

    before = page.url
    led(page, page.get_by_role("link", name="Tính đến: Tiến một sự kiện").click)
    assert page.url != before


def test_the_steps_move_the_handles(look, site):
    page = look(f"{site}/ho-so/{CODE}")
    page.get_by_role("link", name="Ghi nhận đến: Lùi một sự kiện").click()
    page.wait_for_url("**known_at=**")
    page.locator("main:not([aria-busy])").wait_for()

    assert page.locator("#time-known_at-slider").input_value() == str(
        page.locator("#time-known_at option").count() - 2
    )
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == (
        "Ghi nhận đến: Lùi một sự kiện"
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_screen_reader_does_not_stumble(look, site, path, lang):
    page = look(f"{site}{path}{'&' if '?' in path else '?'}lang={lang}")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")

    assert stumbles(page) == []


def test_nor_in_the_dark(look, site):
    assert stumbles(look(f"{site}{PATHS[2]}", color_scheme="dark")) == []


@pytest.mark.parametrize("path", PATHS)
def test_nothing_lies_beside_a_phone(look, site, path):
    assert sideways(look(f"{site}{path}", viewport=PHONE)) <= 0


def test_on_a_phone_holidays_are_told_by_name_without_a_finger_on_them(look, site):
    page = look(f"{site}/ho-so/{CODE}", viewport=PHONE)
    named = page.locator(".calendar .notes", has_text="Tết Nguyên đán")

    assert named.count() > 0
    for week in named.all():
        box = week.bounding_box()
        assert week.is_visible()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]


def test_a_handle_is_reached_and_moved_by_keyboard_alone(look, site):
    page = look(f"{site}/ho-so/{CODE}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "time-known_at-slider":
            break
    page.keyboard.press("ArrowLeft")

    page.wait_for_url("**known_at=**")
    assert page.locator(".bar.past").count() == 1


def test_the_reasoning_is_one_key_away(look, site):
    page = look(f"{site}/ho-so/{CODE}")
    summary = page.locator(".found summary").first
    summary.focus()
    page.keyboard.press("Enter")

    assert page.locator(".found details[open]").count() == 1


def holding(page):
    """What gives the next that a page asks for from now on, as soon as it does; each is held until it is let go."""
    asked = list[Route]()

    def hold(route):
        asked.append(route)

    page.route("**/ho-so/**", hold)

    def next_one():
        while not asked:
            page.wait_for_timeout(20)
        return asked.pop(0)

    return next_one


def test_what_is_being_loaded_looks_so_and_what_does_not_come_is_told(look, site):
    page = look(f"{site}/ho-so/{CODE}")
    asked = holding(page)
    page.locator("#time-as_of-slider").press("ArrowLeft")
    page.locator("main[aria-busy]").wait_for()
    page.wait_for_function(  # it fades after a moment: what comes at once does not flicker
        "() => getComputedStyle(document.querySelector('#part-story')).opacity < 1"
    )

    look.expected = ["503 (Service Unavailable)"]
    asked().fulfill(status=503, body="{}")
    page.locator("main:not([aria-busy])").wait_for()
    assert "Không tải được" in page.locator(".told").inner_text()


def test_who_has_to_sign_in_again_is_led_there_by_what_he_does(look, site):
    page = look(f"{site}/ho-so/{CODE}")

    def away(route):
        if route.request.resource_type == "fetch":
            route.fulfill(status=303, headers={"location": "/sign-in"})
        else:
            route.fulfill(
                status=200, content_type="text/html; charset=utf-8", body="<title>Đăng nhập</title>"
            )

    page.route("**/ho-so/**", away)
    page.locator("#time-as_of-slider").press("ArrowLeft")

    page.wait_for_url("**as_of=**")
    assert page.title() == "Đăng nhập"


def test_who_is_not_there_is_said_to_be_so(look, site):
    look.expected = ["404 (Not Found)"]
    page = look(f"{site}/ho-so/{CODE}9")

    assert "không có hồ sơ" in page.locator(".problem").inner_text().lower()


def transferred(folder, url, step):
    """Record that the dossier came to a step, and let the tables have it."""
    event = {
        "specversion": "1.0",
        "id": f"0007-{step}",
        "source": "/example/one-stop",
        "type": "vn.dunghen.dossier.transferred.v1",
        "subject": CODE,
        "time": "2026-02-05T10:00:00+07:00",
        "recordedtime": "2026-02-05T10:00:00+07:00",
        "data": {
            "actor": {"officer": "cb-binh", "unit": "Y09.21"},
            "to": {"unit": "Y09.21", "officer": "cb-binh"},
            "step": step,
        },
    }
    headers = {"content-type": BATCH}
    taken = httpx.post(f"{url}/events", json=[event], headers=headers, timeout=60)
    assert taken.json()["accepted"] == 1, taken.text
    with closing(open_store(Settings(data=folder))) as store:
        replace(store, now=clock()).catch_up()


@pytest.fixture
def followed(look, filled, tmp_path):
    """A folder, the address of a server over it, and the dossier's page, which follows."""
    folder = shutil.copytree(filled, tmp_path / "data")
    with serving(folder) as url:
        page = look(f"{url}/ho-so/{CODE}")
        page.locator("#live .on").wait_for(state="visible")
        yield folder, url, page
        page.close()  # before there is no server: it would ask for its stream again


def test_an_event_that_changes_no_finding_is_seen_in_the_open_page(followed):
    folder, url, page = followed
    listed = f"{url}/violations?dossier={CODE}"
    rules = found(listed)
    before = page.locator(".story .event").count()
    opened = page.locator("#e1 .proof summary")
    opened.press("Enter")
    page.evaluate("window.stayed = document.activeElement")

    transferred(folder, url, "Thẩm định lại")

    page.locator("#live .news").wait_for(state="visible")
    assert page.locator(".story .event").count() == before + 1
    assert "Thẩm định lại" in page.locator(".story").inner_text()
    assert page.evaluate("window.stayed === document.activeElement")
    assert page.locator("#e1 .proof[open]").count() == 1
    assert found(listed) == rules


def found(listed):
    return [each["rule"] for each in httpx.get(listed, timeout=60).json()["violations"]]


@pytest.fixture
def held(followed):
    """What the open page asks for now, each until it is let go."""
    _, _, page = followed
    return holding(page)


def test_what_is_new_and_does_not_come_is_asked_for_again_and_not_said_to_be_there(
    look, followed, held
):
    folder, url, page = followed
    news = page.locator("#live .news")
    transferred(folder, url, "Thẩm định lại")
    held().continue_()
    news.wait_for(state="visible")

    transferred(folder, url, "Lấy ý kiến")
    first = held()
    assert news.is_hidden()
    look.expected = ["503 (Service Unavailable)"]
    first.fulfill(status=503, body="{}")
    again = held()
    assert news.is_hidden()
    assert "Lấy ý kiến" not in page.locator(".story").inner_text()
    again.continue_()

    news.wait_for(state="visible")
    assert "Lấy ý kiến" in page.locator(".story").inner_text()


def test_what_comes_for_now_is_not_shown_to_who_has_gone_to_another_moment(followed, held):
    folder, url, page = followed
    transferred(folder, url, "Thẩm định lại")
    of_now = held()
    page.locator("#time-known_at-slider").press("ArrowLeft")
    held().continue_()
    page.locator(".bar.past").wait_for()
    of_now.continue_()
    of_then = held()

    assert of_then.request.url == page.url
    assert page.locator(".bar.past").count() == 1
    with page.expect_response(page.url):
        of_then.continue_()
    page.locator("#time-known_at-slider").press("ArrowRight")
    held().continue_()
    page.locator(".bar:not(.past)").wait_for()
    assert page.locator("#live .news").is_hidden()
    assert "Thẩm định lại" in page.locator(".story").inner_text()


def test_who_applied_is_told_for_a_reason_by_keyboard(filled, look, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(filled, folder)
    with serving(folder) as url:
        page = look(f"{url}/ho-so/{CODE}", viewport=PHONE)
        assert "Người Ví Dụ" not in page.locator("body").inner_text()
        page.locator("#person summary").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Lý do").fill("Đơn khiếu nại số 7")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=f"Người nộp hồ sơ {CODE}").wait_for()

        assert "Người Ví Dụ" in page.locator("main").inner_text()
        assert stumbles(page) == []
        assert sideways(page) <= 0
        page.close()

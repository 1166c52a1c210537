"""Taking a file in through the page: rehearsed, refused lines seen and downloaded, taken into the log; another tab sees it come."""

import json
import signal
import threading

import pytest

from infra.importing import jobs
from tests.browser.conftest import EXAMPLES, serving
from tests.browser.looking import PHONE, sideways, stumbles
from tests.support.serving import serving as started

HOSTILE = "<img src=x onerror=alert(1)>.csv"


@pytest.fixture
def own(tmp_path):
    """The address of a server over a folder of the test's own."""
    with serving(tmp_path / "data") as url:
        yield url


def handed_in(page, path):
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="Gửi và chạy thử").click()
    page.wait_for_url("**/nhap/*")
    page.locator("#job.rehearsed").wait_for()


def test_a_register_from_the_upload_to_the_refused_lines_and_another_tab_sees_it(look, tmp_path):
    with started(tmp_path / "data") as server:
        other = look(f"{server.url}/vi-pham")
        other.locator("#live .on").wait_for(state="visible")
        page = look(f"{server.url}/nhap")
        handed_in(page, EXAMPLES / "register.csv")

        assert "31/02/2026" in page.locator("#refused").inner_text()
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải về các dòng bị từ chối").click()
        refused = download.value.path().read_text()
        assert json.loads(refused)["line"] == 6
        assert stumbles(page) == []

        page.get_by_role("button", name="Nạp vào nhật ký").click()
        page.locator("#job.imported").wait_for()
        other.locator("#live .news").wait_for(state="visible")

        other.close()
        page.close()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(120) == 0


def test_without_a_script_and_by_keyboard_alone(look, own):
    page = look(f"{own}/nhap", java_script_enabled=False)
    page.locator("#file").set_input_files(EXAMPLES / "events.jsonl")
    page.locator("#file").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Gửi và chạy thử"
    page.keyboard.press("Enter")
    page.wait_for_url("**/nhap/*")
    while page.locator("#job.rehearsed").count() == 0:
        page.reload()

    with page.expect_navigation():  # or it is asked for anew before the server has heard
        page.get_by_role("button", name="Nạp vào nhật ký").press("Enter")
    while page.locator("#job.imported").count() == 0:
        page.reload()
    assert page.locator(".tiles div", has_text="Sự kiện đã ghi").locator("dd").inner_text() == "9"


def test_a_hostile_name_is_a_name_and_what_a_line_holds_is_text(look, own, tmp_path):
    file = tmp_path / HOSTILE
    written = "<img src=x onerror=alert(2)>"
    register = (EXAMPLES / "register.csv").read_text(encoding="utf-8")
    file.write_text(register.replace("31/02/2026", written), encoding="utf-8")
    page = look(f"{own}/nhap")
    handed_in(page, file)

    assert page.locator("h1").inner_text() == file.name
    assert written in page.locator("#refused").inner_text()
    assert page.locator("main img").count() == 0
    page.goto(f"{own}/nhap")
    assert page.locator("tbody th").inner_text() == file.name


def test_what_is_wrong_is_told_beside_the_form_which_is_kept(look, own):
    look.expected = ["400 (Bad Request)"]
    page = look(f"{own}/nhap")
    page.locator("#file").set_input_files(EXAMPLES / "register.csv")
    page.locator("#recorded_at").fill("hôm qua")
    page.get_by_role("button", name="Gửi và chạy thử").click()
    page.locator(".problem").wait_for()

    assert "hôm qua" in page.locator(".problem").inner_text()
    assert page.locator("#recorded_at").input_value() == "hôm qua"
    assert page.evaluate("document.querySelector('#file').files.length") == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_first_page_reads_well_and_fits_a_phone(look, own, lang):
    page = look(f"{own}/nhap?lang={lang}", viewport=PHONE)

    assert sideways(page) <= 0
    assert stumbles(page) == []


def test_an_open_dossier_follows_what_is_taken_in(look, tmp_path):
    events = [json.loads(line) for line in (EXAMPLES / "events.jsonl").read_text().splitlines()]
    last = [event for event in events if event["id"] in {"0007-issued", "0007-returned"}]
    first = tmp_path / "first.jsonl"
    first.write_text("\n".join(json.dumps(each) for each in events if each not in last))
    rest = tmp_path / "rest.jsonl"
    rest.write_text("\n".join(map(json.dumps, last)))
    with started(tmp_path / "data") as server:
        page = look(f"{server.url}/nhap")
        handed_in(page, first)
        page.get_by_role("button", name="Nạp vào nhật ký").click()
        page.locator("#job.imported").wait_for()
        case = look(f"{server.url}/ho-so/Y09.21-260202-0007")
        case.locator("#live .on").wait_for(state="visible")
        case.locator(".note.incomplete").wait_for(state="detached")

        page.goto(f"{server.url}/nhap")
        handed_in(page, rest)
        page.get_by_role("button", name="Nạp vào nhật ký").click()

        case.locator("#live .news").wait_for(state="visible")
        case.locator("#part-head .badge", has_text="đã giải quyết quá hạn").wait_for()
        assert case.locator(".story .event").count() == 6
        case.close()
        page.close()


class Halting:
    """Lets an import handle so many events, and no more until it is let on."""

    def __init__(self, real):
        self._real, self._handled = real, -1
        self._let = threading.Semaphore(0)

    def __call__(self, job):
        self._real(job)
        if job.events != self._handled:
            self._handled = job.events
            self._let.acquire()
        self._real(job)

    def on(self, steps):
        self._let.release(steps)


@pytest.fixture
def halting(own, monkeypatch):
    """Imports of one event at a time; they are let on before the server ends."""
    monkeypatch.setattr(jobs, "EVENTS", 1)
    steps = Halting(jobs._go_on)
    monkeypatch.setattr(jobs, "_go_on", steps)
    yield steps
    steps.on(1_000)


def test_how_far_an_import_is_is_seen_and_it_is_stopped_by_keyboard(look, halting, own):
    page = look(f"{own}/nhap", color_scheme="dark")
    page.locator("#file").set_input_files(EXAMPLES / "events.jsonl")
    page.get_by_role("button", name="Gửi và chạy thử").click()
    page.locator("#job[data-running=yes]").wait_for()
    stop = page.get_by_role("button", name="Dừng")
    stop.focus()
    page.evaluate("window.stayed = document.activeElement")

    for handled in ("3 sự kiện", "6 sự kiện"):
        halting.on(3)
        page.locator("#job", has_text=handled).wait_for()
    assert page.locator("#job progress").evaluate("each => each.value") > 0
    assert page.evaluate("window.stayed === document.activeElement")
    assert stumbles(page) == []

    with page.expect_navigation():
        page.keyboard.press("Enter")
    halting.on(1_000)
    page.locator("#job.stopped").wait_for()
    assert page.locator("#said").inner_text() == page.locator("#state").inner_text()


def test_the_end_of_an_import_is_announced_and_the_focus_is_not_lost(look, halting, own):
    page = look(f"{own}/nhap?lang=en", viewport=PHONE)
    page.locator("#file").set_input_files(EXAMPLES / "register.csv")
    page.get_by_role("button", name="Send").click()
    page.locator("#job[data-running=yes]").wait_for()
    page.evaluate("window.said = document.getElementById('said')")
    page.locator("#job button").focus()

    halting.on(1_000)
    page.locator("#job.rehearsed").wait_for()

    assert page.evaluate("document.activeElement.id") == "state"
    assert page.evaluate("window.said === document.getElementById('said')")
    assert page.locator("#said").inner_text() == page.locator("#state").inner_text()
    assert page.get_by_role("heading", name=page.locator("#state").inner_text()).count() == 1
    assert page.locator("#refused tbody tr").count() == 1
    assert sideways(page) <= 0
    assert stumbles(page) == []

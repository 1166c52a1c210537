"""A page that stays open: what is imported beside it is seen, and that it is cut off is said."""

import json
import subprocess

from tests.support.places import EXAMPLE
from tests.support.serving import COMMAND, environment, serving

PATIENCE = 60


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


def test_what_is_imported_beside_an_open_page_is_seen_and_so_is_the_end(look, tmp_path):
    ended = [event for event in EXAMPLE if event["subject"].endswith("0007")]
    directory = [event for event in EXAMPLE if event not in ended]
    take_in(tmp_path, "before", [*directory, *ended[:2]])
    with serving(tmp_path / "data") as server:
        page = look(f"{server.url}/vi-pham")
        page.wait_for_function(
            "() => document.querySelector('#live:not([hidden]) .on:not([hidden])')"
        )
        before = page.locator("[data-total]").get_attribute("data-total")
        shown = page.locator(".finding").evaluate_all("all => all.map(e => e.dataset.finding)")

        take_in(tmp_path, "after", ended[2:])

        page.locator("#live .news").wait_for(state="visible")
        page.get_by_role("link", name="Tải lại danh sách").click()
        after = page.locator("[data-total]").get_attribute("data-total")
        now = page.locator(".finding").evaluate_all("all => all.map(e => e.dataset.finding)")
        assert (after, now) != (before, shown)

        page.wait_for_function(
            "() => document.querySelector('#live:not([hidden]) .on:not([hidden])')"
        )
        look.expected = ["Failed to load resource", "ERR_"]
        server.process.kill()
        page.locator("#live .paused").wait_for(state="visible")
        assert page.locator("#live .paused time").inner_text().count(":") == 2


def test_a_figure_of_the_open_overview_follows_an_import_and_nothing_moves(look, tmp_path):
    ended = [event for event in EXAMPLE if event["subject"].endswith("0007")]
    directory = [event for event in EXAMPLE if event not in ended]
    take_in(tmp_path, "before", [*directory, *ended[:2]])
    with serving(tmp_path / "data") as server:
        page = look(f"{server.url}/")
        page.locator("#live .on").wait_for(state="visible")
        letters = page.locator(".figures [href*='letter=late'], .figures [href*='state=overdue']")
        before = letters.all_inner_texts()
        link = page.locator(".figures a").first
        link.focus()
        page.evaluate("window.stayed = document.activeElement")
        place = page.locator(".units").first.bounding_box()

        take_in(tmp_path, "after", ended[2:])

        page.locator(".figures .changed").first.wait_for(state="visible")
        assert letters.all_inner_texts() != before
        assert page.evaluate("window.stayed === document.activeElement")
        assert page.locator(".units").first.bounding_box()["y"] == place["y"]
        page.reload()
        shown = page.locator(".figures").inner_text()
        assert page.locator("#live .paused").is_hidden()
        page.locator("#live .on").wait_for(state="visible")

        look.expected = ["Failed to load resource", "ERR_"]
        server.process.kill()
        page.locator("#live .paused").wait_for(state="visible")
        assert page.locator("#live .paused time").inner_text().count(":") == 2
        assert page.locator(".figures").inner_text() == shown


def test_an_overview_of_another_moment_follows_nothing(look, site):
    page = look(f"{site}/?as_of=2026-03-01")

    assert page.locator("#live").count() == 0
    assert page.locator(".figures").is_visible()


def test_a_stream_that_is_refused_for_a_while_is_asked_for_again(look, site):
    asked = []

    def refused_once(route):
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
        else:
            route.fulfill(status=503, content_type="application/problem+json", body="{}")

    look.expected = ["Failed to load resource"]
    page = look(f"{site}/vi-pham")
    page.route("**/streams/violations*", refused_once)
    page.reload()

    page.wait_for_function("() => document.querySelector('#live:not([hidden]) .on:not([hidden])')")
    assert len(asked) == 2
    assert asked[0] == asked[1]

"""A page that stays open: what is imported beside it is seen, and that it is cut off is said."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.architecture.test_docs import ROOT
from tests.support.places import EXAMPLE

COMMAND = [sys.executable, "-c", "import sys, infra.cli; sys.exit(infra.cli.main())"]
PATIENCE = 60


@pytest.fixture
def environment(tmp_path):
    own = {name: value for name, value in os.environ.items() if not name.startswith("DUNGHEN_")}
    return own | {
        "DUNGHEN_DATA": str(tmp_path / "data"),
        "DUNGHEN_LOG": "json",
        "PYTHONPATH": str(ROOT),
    }


def take_in(environment, folder, name, events):
    file = folder / f"{name}.jsonl"
    file.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "import", str(file)],
        env=environment,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def serving(environment):
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        try:
            said = (json.loads(line) for line in process.stderr)
            yield next(line["url"] for line in said if line["event"] == "serving"), process
        finally:
            if process.poll() is None:
                process.kill()


def test_what_is_imported_beside_an_open_page_is_seen_and_so_is_the_end(
    look, environment, tmp_path
):
    ended = [event for event in EXAMPLE if event["subject"].endswith("0007")]
    directory = [event for event in EXAMPLE if event not in ended]
    take_in(environment, tmp_path, "before", [*directory, *ended[:2]])
    with serving(environment) as (url, process):
        page = look(f"{url}/vi-pham")
        page.wait_for_function(
            "() => document.querySelector('#live:not([hidden]) .on:not([hidden])')"
        )
        before = page.locator("[data-total]").get_attribute("data-total")
        shown = page.locator(".finding").evaluate_all("all => all.map(e => e.dataset.finding)")

        take_in(environment, tmp_path, "after", ended[2:])

        page.locator("#live .news").wait_for(state="visible")
        page.get_by_role("link", name="Tải lại danh sách").click()
        after = page.locator("[data-total]").get_attribute("data-total")
        now = page.locator(".finding").evaluate_all("all => all.map(e => e.dataset.finding)")
        assert (after, now) != (before, shown)

        page.wait_for_function(
            "() => document.querySelector('#live:not([hidden]) .on:not([hidden])')"
        )
        look.expected = ["Failed to load resource", "ERR_"]
        process.kill()
        page.locator("#live .paused").wait_for(state="visible")
        assert page.locator("#live .paused time").inner_text().count(":") == 2


def test_a_figure_of_the_open_overview_follows_an_import_and_nothing_moves(
    look, environment, tmp_path
):
    ended = [event for event in EXAMPLE if event["subject"].endswith("0007")]
    directory = [event for event in EXAMPLE if event not in ended]
    take_in(environment, tmp_path, "before", [*directory, *ended[:2]])
    with serving(environment) as (url, process):
        page = look(f"{url}/")
        page.locator("#live .on").wait_for(state="visible")
        letters = page.locator(".figures [href*='letter=late'], .figures [href*='state=overdue']")
        before = letters.all_inner_texts()
        link = page.locator(".figures a").first
        link.focus()
        page.evaluate("window.stayed = document.activeElement")
        place = page.locator(".units").first.bounding_box()

        take_in(environment, tmp_path, "after", ended[2:])

        page.locator(".figures .changed").first.wait_for(state="visible")
        assert letters.all_inner_texts() != before
        assert page.evaluate("window.stayed === document.activeElement")
        assert page.locator(".units").first.bounding_box()["y"] == place["y"]
        page.reload()
        shown = page.locator(".figures").inner_text()
        assert page.locator("#live .paused").is_hidden()
        page.locator("#live .on").wait_for(state="visible")

        look.expected = ["Failed to load resource", "ERR_"]
        process.kill()
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

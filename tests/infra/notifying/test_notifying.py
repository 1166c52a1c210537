"""`consume notify` over a real database: nothing lost, nothing twice but after a crash, and nothing again after a rebuild."""

import json
import re
import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from domain.values import VN
from infra.errors import CannotRun
from infra.rebuilding.rebuild import rebuild
from tests.infra.notifying.conftest import hooking, settled, some, stepped
from tests.support.postgres import asked, opened_in
from tests.support.stores import World, put, quiet

OPEN = re.compile(r'circuit_state{state="open",target="127.0.0.1#[^"]+"} 1.0')
EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "events.jsonl"


def fed(writer, seed=21, dossiers=6):
    put(writer, World(seed, dossiers).arrivals)
    writer.catch_up()
    return feed(writer)


def examples(writer):
    text = EXAMPLES.read_text(encoding="utf-8")
    assert "Người Ví Dụ" in text  # or nothing is looked for
    put(writer, [json.loads(line) for line in text.splitlines()])
    writer.catch_up()


def feed(writer):
    return [row[0] for row in writer.views.database.rows("SELECT id FROM feed ORDER BY id")]


def test_every_row_is_told_once_in_order_and_again_after_a_restart_only_what_is_new(
    house, writer, hook
):
    numbers = fed(writer)
    told = {"webhook_urls": (hook.url,), "notify_from_beginning": True}
    with house.working(**told) as worker:
        stepped(worker, lambda: len(hook.taken) >= 10)
    with house.working(**told) as worker:
        stepped(worker, lambda: len(hook.taken) >= len(numbers))
        settled(worker)
    seen = hook.numbers()
    assert sorted(set(seen)) == numbers
    assert list(dict.fromkeys(seen)) == numbers  # in order, but for a batch that came twice
    with house.working(**told) as worker:
        some(worker)
    assert len(hook.taken) == len(seen)


def test_a_new_receiver_is_not_flooded(house, writer, hook):
    last = fed(writer)[-1]
    with house.working(webhook_urls=(hook.url,)) as worker:
        some(worker)
        assert hook.taken == []
        with asked(house.url) as connection:
            connection.execute(
                f"INSERT INTO views_1.feed SELECT {last + 1}, dossier, rule, change, at FROM views_1.feed LIMIT 1"
            )
            connection.execute(f"UPDATE views_1.marks SET place = {last + 1} WHERE name = 'feed'")
        stepped(worker, lambda: hook.numbers() == [last + 1])


def test_what_is_told_is_the_public_finding_and_nobodys_name(house, writer, hook):
    house.now = datetime(2026, 3, 20, 8, 0, tzinfo=VN)
    examples(writer)
    with house.working(webhook_urls=(hook.url,), notify_from_beginning=True) as worker:
        stepped(worker, lambda: len(hook.taken) >= len(feed(writer)))
    assert not any("Người" in body or "000000000000" in body for _, body in hook.taken)
    told = {(n["data"]["dossier"], n["data"]["rule"]): n for n in hook.notices()}
    late = told["Y09.21-260202-0007", "result_overdue"]
    assert late["type"] == "violation.opened"
    assert late["data"]["violation"]["rule_version"].startswith("result_overdue/")
    assert late["timestamp"] == late["data"]["violation"]["since"]


def test_what_ceased_says_so_and_has_no_finding(house, writer, hook):
    with opened_in(house.url, datetime(2026, 3, 2, 8, 0, tzinfo=VN)) as earlier:
        examples(earlier)  # its end was recorded later
    writer.catch_up()
    with house.working(webhook_urls=(hook.url,), notify_from_beginning=True) as worker:
        stepped(worker, lambda: len(hook.taken) >= len(feed(writer)))
    ceased = [n for n in hook.notices() if n["type"] == "violation.ceased"]
    assert ceased
    assert all(notice["data"]["violation"] is None for notice in ceased)


def test_a_dead_receiver_holds_up_nobody_and_is_told_everything_when_it_is_back(
    house, writer, hook
):
    numbers = fed(writer)
    with hooking() as dead:
        dead.answer = 0.5  # then it hangs up
        told = {"webhook_urls": (dead.url, hook.url), "notify_from_beginning": True}
        with house.working(**told) as worker:
            stepped(worker, lambda: len(hook.taken) >= len(numbers))
            stepped(worker, lambda: 'outcome="retried"' in house.exposed())
            assert dead.taken == []
            assert "dunghen_notify_lag_rows" in house.exposed()
        dead.answer = 200
        with house.working(**told) as worker:
            stepped(worker, lambda: len(dead.taken) >= len(numbers))
        assert dead.numbers() == numbers
    assert hook.numbers() == numbers


@pytest.mark.parametrize("answer", [500, "reset"])
def test_a_receiver_that_fails_now_and_then_misses_nothing(house, writer, hook, answer):
    numbers = fed(writer)
    hook.answer = answer
    with house.working(webhook_urls=(hook.url,), notify_from_beginning=True) as worker:
        stepped(worker, lambda: len(hook.asked) >= 2)
        hook.answer = 200
        stepped(worker, lambda: len(hook.taken) >= len(numbers))
    assert hook.numbers() == numbers


@contextmanager
def refusing_three(house, hook, numbers):
    """A worker that has told everything, the first three to a receiver that refused them for good."""
    hook.answer = 410
    with house.working(webhook_urls=(hook.url,), notify_from_beginning=True) as worker:
        stepped(worker, lambda: len(hook.asked) >= 3)
        hook.answer = 200
        stepped(worker, lambda: len(hook.asked) >= len(numbers))
        yield worker


def test_what_is_refused_for_good_is_kept_and_seen(house, writer, hook):
    numbers = fed(writer)
    with refusing_three(house, hook, numbers) as worker:
        settled(worker)
    with asked(house.url) as connection:
        kept = connection.execute(
            "SELECT number, why, body FROM work.undelivered ORDER BY number"
        ).fetchall()
    assert [number for number, _, _ in kept] + hook.numbers() == numbers
    assert {why for _, why, _ in kept} == {"HTTP 410"}
    assert all(f'"id":{number},' in body for number, _, body in kept)
    assert f'outcome="given_up"}} {len(kept)}.0' in house.exposed()


def test_a_rebuild_tells_nothing_again_and_the_worker_goes_on(house, writer, hook):
    numbers = fed(writer)
    told = {"webhook_urls": (hook.url,), "notify_from_beginning": True}
    with house.working(**told) as worker:
        stepped(worker, lambda: len(hook.taken) >= len(numbers))
        settled(worker)
        rebuild(writer, drop_old=True, progress=quiet)
        with pytest.raises(CannotRun) as refused:
            some(worker)
        assert refused.value.code == "generation_switched"
    with house.working(**told) as worker:
        some(worker)
    assert hook.numbers() == numbers


def test_one_tells_and_another_stands_by_and_takes_over(house, writer, hook):
    numbers = fed(writer)
    told = {"webhook_urls": (hook.url,), "notify_from_beginning": True}
    with house.working(**told) as second:
        with house.working(**told) as first:
            some(first, 2)
            some(second)
            assert second.ready() is None
        stepped(second, lambda: len(set(hook.numbers())) >= len(numbers))
    assert list(dict.fromkeys(hook.numbers())) == numbers


def test_a_receiver_that_is_silent_does_not_hold_up_the_end(house, writer, hook):
    fed(writer)
    hook.answer = 20.0
    worker = house.worker(
        webhook_urls=(hook.url,), notify_from_beginning=True, webhook_seconds=20.0
    )
    stepped(worker, lambda: hook.asked)
    began = time.monotonic()
    worker.close()
    assert time.monotonic() - began < 15


def test_no_token_of_an_address_is_in_log_or_metrics(house, writer, hook, capsys):
    fed(writer)
    hook.answer = 500
    with house.working(webhook_urls=(hook.url,), notify_from_beginning=True) as worker:
        stepped(worker, lambda: OPEN.search(house.exposed()))
    said = capsys.readouterr()
    assert "circuit" in said.out + said.err
    assert "a-token" not in said.out + said.err + house.exposed()


def test_nobody_to_tell_is_a_wrong_setting(house):
    with pytest.raises(CannotRun, match="nobody to tell") as refused:
        house.worker()
    assert refused.value.code == "bad_setting"

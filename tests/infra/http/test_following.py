"""What is followed for all: asked again until it is answered, and what keeps it from that is said once."""

import asyncio
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from domain.errors import Contended
from infra.access import FULL
from infra.errors import CannotRun
from infra.http._stores import Stores
from infra.http.streams import _following
from infra.http.streams._following import Following, Reader
from infra.wiring import clock
from tests.support.streams import until

NEVER = 3_600
AWAY = CannotRun("away", code="database_unreachable")
TOO_LONG = CannotRun("too long", code="question_too_long")


@pytest.fixture
def reader(monkeypatch):
    monkeypatch.setattr(_following, "_AGAIN_SECONDS", 0.01)
    return Reader(Asked())


class Asked(Stores):
    """None of them is opened: a question is asked of nothing."""

    def __init__(self):
        super().__init__(lambda: pytest.fail("a store was opened"), clock)

    @override
    def ask(self, question, *asked):
        return question(None)


class Followed:
    """Something to follow that fails as it is told to."""

    def __init__(self, reader, error=None):
        self.following, self.error = Following(reader), error
        self.outcomes = Counter[bool]()

    async def step(self):
        self.outcomes[self.error is None] += 1
        if self.error is not None:
            raise self.error
        return 0.01


async def followed(*all_of_them, times=3, answered):
    for each in all_of_them:
        each.outcomes.clear()
    await until(lambda: all(each.outcomes[answered] >= times for each in all_of_them))


@contextmanager
def listening(*all_of_them):
    with ExitStack() as stack:
        for each in all_of_them:
            stack.enter_context(each.following.listening(each.step))
        yield


def said(logs):
    return [(each["log_level"], each["code"]) for each in logs]


@pytest.mark.parametrize(("error", "code"), [(AWAY, AWAY.code), (Contended(), "contended")])
def test_what_is_away_is_said_once_for_all_and_once_when_it_is_there_again(reader, error, code):
    async def listened():
        many = [Followed(reader, error) for _ in range(20)]
        with capture_logs() as logs, listening(*many):
            for _ in range(2):
                await followed(*many, answered=False)
                assert said(logs) == [("warning", code)]
                for each in many:
                    each.error = None
                await followed(*many, answered=True)
                assert said(logs) == [("warning", code), ("info", code)]
                logs.clear()
                for each in many:
                    each.error = error

    asyncio.run(listened())


def test_what_one_waits_for_while_others_are_answered_is_said_once(reader):
    async def listened():
        sick, well = Followed(reader, TOO_LONG), Followed(reader)
        with capture_logs() as logs:
            with listening(sick, well):
                await followed(sick, answered=False)
                await followed(well, answered=True)
                sick.error = AWAY
                await followed(sick, answered=False)
            await until(lambda: len(logs) == 4)  # who leaves waits no more
        assert said(logs) == [
            ("warning", TOO_LONG.code),
            ("warning", AWAY.code),
            ("info", TOO_LONG.code),
            ("info", AWAY.code),
        ]

    asyncio.run(listened())


def test_who_waits_is_let_go_when_the_server_ends(reader, monkeypatch):
    monkeypatch.setattr(_following, "_AGAIN_SECONDS", NEVER)

    async def listened():
        followed = Followed(reader, AWAY)
        waiting = asyncio.ensure_future(followed.following.answered(followed.step))
        await until(lambda: followed.outcomes[False])
        followed.following.end()
        return await waiting

    assert asyncio.run(listened()) is None


def test_what_fails_after_long_leaves_as_long_to_others(reader, monkeypatch):
    waits = []

    async def noticed(event, seconds):
        waits.append(seconds)

    async def fails():
        now[0] += next(took)
        raise AWAY

    async def asked():
        with monkeypatch.context() as patched:
            patched.setattr(asyncio.get_running_loop(), "time", lambda: now[0])
            await Following(reader).answered(fails)

    now, took = [0.0], iter([30.0, 0.0, 5.0])
    monkeypatch.setattr(_following, "noticed", noticed)
    with pytest.raises(RuntimeError):  # there are no more of them
        asyncio.run(asked())
    assert waits == [30.0, 0.01, 5.0]


def test_a_question_whose_listener_has_gone_is_waited_for_by_the_next(reader):
    def first(store):
        begun.set()
        hold.wait(60)
        order.append("first")

    async def asked():
        gone = asyncio.ensure_future(reader.long(first, FULL))
        await asyncio.to_thread(begun.wait, 60)
        gone.cancel()
        await asyncio.wait([gone])
        other = asyncio.ensure_future(reader.long(lambda store: order.append("other"), FULL))
        await asyncio.sleep(0)  # it is asked now
        hold.set()
        await other

    begun, hold, order = threading.Event(), threading.Event(), list[str]()
    asyncio.run(asked())
    assert order == ["first", "other"]

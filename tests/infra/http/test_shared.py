"""An answer that many ask for: made once for all who ask at once or a moment later, whatever becomes of it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from typing_extensions import override

from infra.http import _shared
from infra.http._shared import Shared

ALL = 8


class Key:
    """One of which is seen by whom it was looked up; all are the same."""

    def __init__(self):
        self.asking, self.asked = set(), threading.Event()

    @override
    def __hash__(self):
        self.asking.add(threading.get_ident())
        if len(self.asking) == ALL:
            self.asked.set()
        return 1


class Makes:
    """Makes one as soon as all have looked whether there is one."""

    def __init__(self, shared, key, answer):
        self.shared, self.key, self.answer, self.times = shared, key, answer, 0

    def __call__(self):
        self.times += 1
        assert self.key.asked.wait(60)
        with self.shared._lock:  # by now the last of them has seen what it looked for
            pass
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def asked_by_all(shared, key, make):
    """What each of them is answered, or what is raised."""
    with ThreadPoolExecutor(ALL) as pool:
        asked = [pool.submit(shared.answer, key, make) for _ in range(ALL)]
        return [each.exception(60) or each.result() for each in asked]


@pytest.mark.parametrize("moment", [0.0, 60.0])
@pytest.mark.parametrize(
    "answer", [{"complete": True}, {"complete": False}, LookupError("nothing is there")]
)
def test_those_who_ask_at_once_are_answered_by_what_is_made_once(monkeypatch, answer, moment):
    monkeypatch.setattr(_shared, "_MOMENT", moment)
    shared, key = Shared(), Key()
    make = Makes(shared, key, answer)

    assert asked_by_all(shared, key, make) == [answer] * ALL
    assert make.times == 1


@pytest.mark.parametrize("answer", [{"complete": False}, LookupError("nothing is there")])
def test_what_is_not_complete_or_failed_is_made_anew_for_who_asks_later(answer):
    shared, key = Shared(), Key()
    asked_by_all(shared, key, Makes(shared, key, answer))

    assert shared.answer(key, lambda: {"complete": True, "as_of": "later"})["as_of"] == "later"


def test_what_is_older_than_a_moment_is_made_anew_and_no_others_is_given(monkeypatch):
    now, made = [0.0], iter(range(10))
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    shared = Shared()

    def answered(key):
        return shared.answer(key, lambda: {"complete": True, "as_of": next(made)})["as_of"]

    assert [answered("one"), answered("other"), answered("one")] == [0, 1, 0]
    now[0] = _shared._MOMENT
    assert [answered("one"), answered("one")] == [2, 2]


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(_shared, "_MOST", 2)
    monkeypatch.setattr(_shared, "_MOMENT", 60.0)
    shared = Shared()

    def made(key, number):
        return shared.answer(key, lambda: {"complete": True, "as_of": number})["as_of"]

    asked = ("one", "two", "three", "three", "one")
    assert [made(key, number) for number, key in enumerate(asked)] == [0, 1, 2, 2, 4]

"""A cursor is a place in an order: what is there all the time comes once, whatever is recorded between two pages."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from infra.questions import queries
from infra.questions.dossiers import Wanted, dossiers
from infra.questions.officer import officer
from infra.questions.workload import workload
from tests.support.clerk import NOW, Clerk
from tests.support.stores import opened, projected

LISTS: dict[str, Callable[..., Any]] = {
    "findings": queries.violations,
    "findings of an officer": lambda store, **page: queries.violations(
        store, officer="cb-1", **page
    ),
    "dossiers": lambda store, **page: dossiers(store, Wanted(), **page),
    "what is in hand": workload,
    "an officer's cases": lambda store, **page: officer(store, "cb-1", part="share", **page),
}
MOST = 10_000


@pytest.fixture
def clerk(tmp_path):
    with opened(tmp_path, NOW) as store:
        yield Clerk(store)


def rows(answer):
    (listed,) = (
        answer[name]
        for name in ("violations", "dossiers", "cases")
        if name in answer
        if isinstance(answer[name], list)
    )
    return [(row["dossier"], row.get("rule")) for row in listed]


@pytest.mark.parametrize("name", LISTS)
def test_it_neither_repeats_nor_leaves_out_while_rows_come_and_go(clerk, name):
    ask, store = LISTS[name], clerk.store

    def overdue(n):
        return clerk.dossier(n, "H40.17", "2021-05-03", f"2021-05-{n:02}")

    def ended(code):
        actor = {"officer": "cb-1", "unit": "H40.17"}
        clerk.tell("dossier.result_issued", code, "2021-06-30T10:00", actor=actor)

    codes = [overdue(n) for n in range(10, 20)]
    projected(store.log, store.views, NOW)
    before, told, cursor = set(rows(ask(store, limit=MOST))), [], None
    for turn in count():
        answer = ask(store, limit=3, cursor=cursor)
        told += rows(answer)
        cursor = answer["next"]
        if cursor is None:
            break
        if turn == 0:
            ended(codes[0])
            ended(codes[-2])
            overdue(5)
            overdue(25)
            projected(store.log, store.views, NOW)
    after = set(rows(ask(store, limit=MOST)))

    assert len(told) == len(set(told)) > 3
    assert before & after <= set(told)
    assert before != after

"""What is recorded ahead of the clock is known from its own moment on, whoever asks of which T and K. In both databases."""

from collections import Counter
from datetime import timedelta

import pytest

from infra.questions import queries
from infra.questions.asking import Asked, asked
from infra.questions.case import case
from infra.rows.pictures import rows_of
from infra.rows.tables import ROWS, cell_of, counts_table
from tests.oracle.histories import random_question
from tests.oracle.naive_time import parse_instant
from tests.support.lines import CODE, OTHER, accepted, event, head
from tests.support.pictured import pictured, seen, told
from tests.support.postgres import opened_in
from tests.support.stores import END, LAW, World, opened

pytestmark = pytest.mark.contracts

DAY = timedelta(days=1)


@pytest.fixture(params=["embedded", "distributed"])
def at(request, tmp_path):
    """Opens the same place with a clock of ours."""
    if request.param == "embedded":
        return lambda now: opened(tmp_path, now)
    url = request.getfixturevalue("database").url
    return lambda now: opened_in(url, now)


def judged_anew(store, dossiers, as_of, known_at):
    """What `seen` must be: every row and count by judging each dossier at (T, K)."""
    states = store.views.states(list(dossiers)).values()
    made = rows_of(states, LAW, store.views.directory(known_at), as_of, known_at)
    expected = {table.name: Counter(map(tuple, made.get(table.name, ()))) for table in ROWS}
    for table in ROWS:
        for counts in table.counts:
            cells = Counter(
                cell
                for cell in map(cell_of(table, counts), made.get(table.name, ()))
                if cell is not None
            )
            expected[counts_table(counts).name] = Counter(
                (*(value if value != "" else None for value in cell), n)
                for cell, n in cells.items()
            )
    return expected


def a_clock(world):
    """Amid what is recorded."""
    recorded = sorted(parse_instant(event["recordedtime"]) for event in world.arrivals)
    return world.rng.choice(recorded[len(recorded) // 3 :])


@pytest.mark.parametrize("seed", [0, 3, 4])
def test_at_any_moment_the_rows_are_those_of_judging_every_dossier(at, seed):
    world = World(seed, dossiers=8)
    with at(a_clock(world)) as store:
        told(store, world.arrivals)
        moments = [random_question(world.rng, world.arrivals) for _ in range(6)]
        instants = world.instants()
        # Before the clock as things happened, behind it as they become known, and the other way round.
        moments += [(store.now, known) for known in world.rng.sample(instants, 2)]
        moments += [(as_of, store.now) for as_of in world.rng.sample(instants, 2)]
        moments += [(as_of, instants[-1] + DAY) for as_of in world.rng.sample(instants, 4)]
        for as_of, known_at in moments:
            expected = judged_anew(store, world.dossiers, as_of, known_at)
            assert seen(store, as_of, known_at) == expected
        picture = pictured(store, world.rng.choice(instants))
        for as_of, known_at in moments:
            expected = judged_anew(store, world.dossiers, as_of, known_at)
            assert seen(picture, as_of, known_at) == expected


def test_what_is_so_is_by_what_is_known_now_not_by_what_will_be(at):
    world = World(4, dossiers=8)
    with at(a_clock(world)) as store:
        told(store, world.arrivals)
        then, later = world.instants()[-1], world.instants()[-1] + DAY
        for code in world.dossiers:
            page = case(store, code, as_of=then, known_at=later)
            assert page["truth"] == queries.explain(store, code, as_of=then)
            assert page["assessment"] == queries.explain(store, code, as_of=then, known_at=later)


# ── registered ahead ────────────────────────────────────────────────────────────────────────────────────────────────

AHEAD = END + 365 * DAY


def ahead(registration):
    return registration | {"id": f"{registration['id']}-ahead", "recordedtime": AHEAD.isoformat()}


def officer(recorded="2020-01-02T08:00:00"):
    return event("officer.registered", recorded, "A", officer="A", name="Ông A", unit="H40.17") | {
        "source": "/directory"
    }


def procedure():
    limit = {"amount": 9, "unit": "working_days"}
    said = {"procedure": "1.1", "name": "Thủ tục", "limit": limit}
    return event("procedure.registered", "2020-01-01T08:00:00", "1.1", **said)


REGISTERED_AHEAD = [ahead(head("B", "2020-06-01T08:00:00")), ahead(procedure()), ahead(officer())]
"""Of the unit and the procedure of these dossiers."""


def ended(store):
    """Two dossiers that ended late, one of them held by nobody."""
    issued = event("dossier.result_issued", "2025-06-17T09:00:00")
    returned = event("dossier.returned", "2025-06-18T09:00:00", OTHER, method="direct")
    told(store, [head("A"), accepted(procedure="1.1"), issued, accepted(OTHER), returned])


@pytest.fixture
def rejudged(monkeypatch):
    """The dossiers that answers have asked the judgements of, from when this is emptied on."""
    keys = []
    judgements = Asked.judgements

    def noted(question, dossiers):
        keys.extend(dossiers)
        return judgements(question, dossiers)

    monkeypatch.setattr(Asked, "judgements", noted)
    return keys


def test_for_what_is_registered_ahead_nothing_is_judged_again(at, rejudged):
    with at(END) as store:
        ended(store)
        told(store, REGISTERED_AHEAD)
        with asked(store, store.now, store.now) as question:
            assert not question.again
        assert store.views.directory(store.now) is store.views.directory(store.now)

        first = queries.violations(store)
        assert set(rejudged) == {CODE, OTHER}
        rejudged.clear()
        assert queries.violations(store) == first
        assert rejudged == []


def test_it_counts_from_its_moment_on_whoever_has_projected_by_then(at):
    with at(END) as store:
        ended(store)
        told(store, REGISTERED_AHEAD)
        before = judged_anew(store, [CODE, OTHER], END, END)
        after = judged_anew(store, [CODE, OTHER], END, AHEAD)
        assert before != after
        assert seen(store, END, END) == before
        assert seen(store, END, AHEAD) == after
    with at(AHEAD) as store:  # nobody has let the time pass
        assert seen(store, END, AHEAD) == after
        assert seen(store, END, AHEAD - DAY) == before
        store.catch_up()
        assert seen(store, END, AHEAD) == after
        assert seen(store, END, AHEAD - DAY) == before
    with at(END) as store:  # whose clock is behind that of who judged
        assert seen(store, END, END) == before
        assert seen(pictured(store, END - DAY), END, END) == before


def test_of_a_past_before_somebody_was_registered_nothing_is_judged_again(at):
    with at(END) as store:
        ended(store)
        told(store, [officer("2026-01-01T08:00:00")])
        with asked(store, store.now, parse_instant("2025-12-31T08:00:00+07:00")) as question:
            assert not question.again


def test_what_is_kept_of_the_present_stays_when_the_past_is_asked(at, rejudged):
    with at(END) as store:
        ended(store)
        told(store, [head("B", "2025-06-01T08:00:00")])
        first = queries.violations(store)
        queries.violations(store, known_at=parse_instant("2025-05-01T08:00:00+07:00"))
        assert set(rejudged) == {CODE, OTHER}
        rejudged.clear()
        assert queries.violations(store) == first
        assert rejudged == []

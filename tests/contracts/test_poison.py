"""What the program fails at, or the tables refuse, stops its dossier only: in both databases, for whatever comes upon it."""

from contextlib import closing

import pytest

from consumers import deadlines, judging, project
from infra.postgres.database import PostgresDatabase
from infra.rebuilding.rebuild import rebuild
from infra.rebuilding.verifying import verify
from infra.rows.transaction import Transaction
from infra.rows.views import Views
from infra.setaside.parked import parked, retry
from infra.sqlite.database import SqliteDatabase
from infra.wiring import distributed, embedded
from tests.support.lines import CODE, OTHER, THREE, at, head
from tests.support.postgres import MASTER, opened_in
from tests.support.stores import END, LAW, put, quiet, rows

pytestmark = [pytest.mark.contracts, pytest.mark.slow]

RESULT = 3
"""The version of the event that brings about what is failed at."""


class OfTheProgram:
    """From a moment on no judgement is made of the dossier once it has its result."""

    told = "a fault of the program (ZeroDivisionError)"

    def __init__(self, monkeypatch, since="2000-01-01T00:00:00"):
        judged, self.patches, begin = judging.judged, monkeypatch, at(since)

        def fail(facts, law, directory, as_of, known_at):
            if len(facts) >= RESULT and facts[0].fact.subject == CODE and as_of >= begin:
                raise ZeroDivisionError
            return judged(facts, law, directory, as_of, known_at)

        monkeypatch.setattr(judging, "judged", fail)

    def mended(self, store):
        self.patches.undo()


_ENDED = f"dossier = '{CODE}' AND ended_on IS NOT NULL"


class OfTheTables:
    """The row of the dossier is refused once it says when it ended, in every generation."""

    def __init__(self, monkeypatch):
        self.patches = monkeypatch
        for kind in (SqliteDatabase, PostgresDatabase):
            monkeypatch.setattr(kind, "prepare", _refusing(kind.prepare))

    told = "the database does not take it"

    def mended(self, store):
        self.patches.undo()
        for number in (store.generation, *store.generations.others()):
            with closing(store.generations.opened(number, LAW)) as views:
                run = views.database.connection.execute
                if isinstance(views.database, SqliteDatabase):
                    run("DROP TRIGGER IF EXISTS refusing")
                else:
                    run(f"ALTER TABLE {views.database.schema}.dossiers DROP CONSTRAINT refusing")


def _refusing(prepare):
    def prepared(database, *tables):
        prepare(database, *tables)
        if isinstance(database, SqliteDatabase):
            database.connection.execute(
                f"CREATE TRIGGER IF NOT EXISTS refusing BEFORE INSERT ON dossiers WHEN NEW.{_ENDED.replace(' AND ', ' AND NEW.')}"
                " BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        else:
            database.connection.execute(
                f"ALTER TABLE {database.schema}.dossiers DROP CONSTRAINT IF EXISTS refusing,"
                f" ADD CONSTRAINT refusing CHECK (NOT ({_ENDED}))"
            )

    return prepared


@pytest.fixture(params=["embedded", "distributed"])
def opener(request, tmp_path):
    """Opens the same store anew, with a clock of the caller's."""
    if request.param == "embedded":
        return lambda now=END: closing(embedded(tmp_path, LAW, now))
    database = request.getfixturevalue("database")
    with opened_in(database.url):
        pass
    return lambda now=END: closing(distributed(database.url, LAW, now, MASTER))


@pytest.mark.parametrize("kind", [OfTheProgram, OfTheTables])
def test_it_stands_before_the_very_event_live_proven_and_rebuilt_until_it_is_tried_again(
    opener, monkeypatch, kind
):
    fault = kind(monkeypatch)
    with opener() as store:
        for event in (head("H1"), *THREE):
            put(store, [event])
            store.catch_up()
        before = rows(store.views)
        (told,) = parked(store)["parked"]
        assert (told["dossier"], told["version"], told["waiting"]) == (CODE, RESULT - 1, 1)
        assert told["reason"].startswith(f"event {RESULT} cannot be applied: {fault.told}")
        proof = verify(store, progress=quiet)
        assert (proof["broken"], proof["differences"], proof["parked"]) == ([], [], 1)
        again = rebuild(store, drop_old=False, progress=quiet)
        assert (again["differences"], again["parked"], again["switched"]) == ([], 1, True)
    with opener() as store:
        assert rows(store.views) == before
        assert retry(store, [CODE], by="x")["went_on"] == 0
        fault.mended(store)
        assert (retry(store, [CODE], by="x")["went_on"], store.caught_up) == (1, True)
        assert verify(store, progress=quiet)["differences"] == []


def test_what_fails_as_time_passes_goes_back_before_the_event_that_a_rebuild_stops_at(
    opener, monkeypatch
):
    OfTheProgram(monkeypatch, since="2025-03-19T00:00:00")
    ahead = THREE[3] | {"recordedtime": "2025-03-20T08:00:00+07:00"}
    with opener(at("2025-03-18T09:30:00")) as store:
        put(store, [*THREE[:3], ahead, THREE[4]])
        store.catch_up()
        assert parked(store)["total"] == 0
    with opener() as store:
        deadlines.pass_time(store.views, LAW, END)
        (told,) = parked(store)["parked"]
        assert (told["dossier"], told["version"]) == (CODE, RESULT - 1)
        assert not store.views.behind(END)
        assert verify(store, progress=quiet)["differences"] == []
        assert rebuild(store, drop_old=True, progress=quiet)["differences"] == []


def test_what_fails_at_the_moment_of_another_clock_is_a_difference_and_ends_no_proof(
    opener, monkeypatch
):
    deadline, moments = "2025-03-20T00:00:00", []
    before, after = at("2025-03-19T23:30:00"), at("2025-03-20T00:30:00")
    with opener(before) as store:
        put(store, [THREE[0], THREE[1]])
        store.catch_up()
        with opener(after) as other:
            other.catch_up()
        judged = judging.judged

        def fail(facts, law, directory, as_of, known_at):
            moments.append(as_of)
            if facts[0].fact.subject == CODE and as_of >= at(deadline):
                raise ZeroDivisionError
            return judged(facts, law, directory, as_of, known_at)

        monkeypatch.setattr(judging, "judged", fail)
        differences = verify(store, progress=quiet)["differences"]
    assert max(moments) >= at(deadline)
    assert {each["dossier"] for each in differences if each["table"] == "states"} == {CODE}


class Killed(BaseException):
    """As when the process is."""


@pytest.mark.parametrize("mended", [False, True])
def test_a_filling_that_was_killed_while_it_stored_dossiers_one_by_one_goes_on(
    opener, monkeypatch, mended
):
    fault = OfTheTables(monkeypatch)

    def killed(views, last):
        raise Killed

    with opener() as store, monkeypatch.context() as patches:
        put(store, [head("H1"), *THREE])
        store.catch_up()
        patches.setattr(Views, "filled_apart", killed)
        with pytest.raises(Killed):
            rebuild(store, drop_old=False, progress=quiet)
    with opener() as store:
        if mended:
            fault.mended(store)
        assert rebuild(store, drop_old=False, progress=quiet)["parked"] == (0 if mended else 1)
    with opener() as store:
        assert set(store.views.states([CODE, OTHER])) == {CODE, OTHER}
        assert verify(store, progress=quiet)["differences"] == []


@pytest.mark.parametrize("able", [True, False])
def test_two_that_stop_a_new_dossier_at_once_overwrite_nothing_of_each_other(
    database, monkeypatch, able
):
    judged, can = judging.judged, [False]

    def fail(facts, *rest):
        if facts and not can[0]:
            raise ZeroDivisionError
        return judged(facts, *rest)

    monkeypatch.setattr(judging, "judged", fail)
    with opened_in(database.url) as store, opened_in(database.url) as other:
        put(store, [THREE[0]])
        late: list[int] = []
        lines, keep = store.log.select(0, 10), Transaction.keep

        def keep_late(tx, states, new):
            """The other is through, with a program that can or cannot, just before the first state is stored here."""
            if tx._views is store.views and not late:
                late.append(1)
                can[0] = able
                project.take(lines, other.log, other.views, LAW, END)
                can[0] = False
            keep(tx, states, new)

        monkeypatch.setattr(Transaction, "keep", keep_late)
        project.take(lines, store.log, store.views, LAW, END)
        assert late
        assert parked(store)["total"] == (0 if able else 1)
        assert store.views.states([CODE])[CODE].version == (1 if able else 0)
        can[0] = able
        assert verify(store, progress=quiet)["differences"] == []

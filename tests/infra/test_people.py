"""What an officer answers for and has in hand: figures are counted from the cases told with them, and agree with the reports."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from consumers.judging import judged
from domain.errors import Refused, Unknown
from domain.values import VN
from infra.questions import asking, queries
from infra.questions.dossiers import Wanted, dossiers
from infra.questions.officer import PARTS, officer
from infra.questions.workload import PARTS as LOADS
from infra.questions.workload import every_dossier, workload
from tests.support.clerk import NOW, Clerk
from tests.support.postgres import opened_in
from tests.support.stores import World, opened, projected, put

SPRING = (date(2021, 1, 1), date(2021, 4, 30))


@pytest.fixture
def clerk(tmp_path):
    with opened(tmp_path, NOW) as store:
        yield Clerk(store)


@pytest.fixture
def desk(clerk):
    """Wednesday, 30 June 2021: what is late, due today, tomorrow, next week, waiting, and not assigned to anybody."""
    clerk.unit("H40.17")
    clerk.tell(
        "officer.registered", "cb-1", "2020-01-01T08:00", officer="cb-1", name="Lan", unit="H40.17"
    )
    for n, due in enumerate(("2021-06-29", "2021-06-30", "2021-07-01", "2021-07-07", "2021-07-08")):
        clerk.dossier(n, "H40.17", "2021-06-01", due)
    clerk.dossier(5, "H40.17", "2021-06-01", "2021-07-01", officer="cb-2")
    code = clerk.dossier(6, "H40.17", "2021-06-01", "2021-07-01")
    clerk.tell(
        "dossier.transferred", code, "2021-06-02T08:00", to={"unit": "H40.17", "officer": None}
    )
    clerk.dossier(7, "H40.17", "2021-03-01", "2021-03-10", "2021-03-15")
    projected(clerk.store.log, clerk.store.views, NOW)
    return clerk.store


def test_what_is_in_hand_is_told_by_class_and_by_when_it_falls_due(desk):
    answer = workload(desk, unit="H40.17")

    assert answer["open"] == {"total": 7, "in_time": 6, "overdue": 1, "waiting": 0, "no_due": 0}
    assert answer["unassigned"] == 1
    assert answer["due"] == {
        "today": 1,
        "next_day": 3,
        "five_days": 5,
        "until": {"today": "2021-06-30", "next_day": "2021-07-01", "five_days": "2021-07-07"},
    }


def test_of_an_officer_it_is_what_he_holds(desk):
    answer = workload(desk, officer="cb-1", part="next_day")

    assert answer["open"]["total"] == 5
    assert [row["dossier"] for row in answer["dossiers"]] == ["H40.17-210301-0002"]
    assert answer["dossiers"][0]["officer_name"] == "Lan"
    assert workload(desk, officer="nobody")["open"]["total"] == 0


def test_every_figure_has_a_list_of_as_many(desk):
    for part in LOADS:
        answer = workload(desk, unit="H40.17", part=part)
        figures = answer["open"] | answer["due"] | {"unassigned": answer["unassigned"]}
        figures["open"] = answer["open"]["total"]
        assert answer["total"] == len(answer["dossiers"]) == figures[part], part


def test_however_many_are_in_hand_a_few_are_in_memory(desk, monkeypatch):
    monkeypatch.setattr(asking, "_CHUNK", 1)
    done = list[None]()

    def counted(*given):
        done.append(None)
        return judged(*given)

    monkeypatch.setattr(asking, "judged", counted)
    with every_dossier(desk) as (answer, dossiers):
        first = next(dossiers)
        assert len(done) == 1
        whole = answer | {"dossiers": [first, *dossiers]}

    assert len(done) == answer["total"] > 1
    assert whole == workload(desk)


def test_what_was_held_in_a_unit_that_there_is_not_is_unknown(clerk, desk):
    """One that only dossiers name is one, and one where he held none."""
    to = {"unit": "Tổ X", "officer": "cb-1"}
    clerk.tell("dossier.transferred", "H40.17-210301-0004", "2021-06-03T08:00", to=to)
    projected(desk.log, desk.views, NOW)

    assert officer(desk, "cb-1", held_in="tổ x")["dossiers"]["held"] == 1
    assert officer(desk, "cb-2", held_in="Tổ X")["total"] == 0
    with pytest.raises(Unknown, match="no unit Tổ Y"):
        officer(desk, "cb-1", held_in="Tổ Y")


def test_pages_of_what_is_in_hand_follow_one_another(desk):
    whole = [row["dossier"] for row in workload(desk)["dossiers"]]
    told, cursor = [], None
    while True:
        page = workload(desk, limit=2, cursor=cursor)
        told += [row["dossier"] for row in page["dossiers"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert told == whole
    assert [row["due"] for row in workload(desk)["dossiers"]] == sorted(
        row["due"] for row in workload(desk)["dossiers"]
    )


LATER = NOW + timedelta(days=9)


def paged(store, ask, change):
    """Keys of all pages of two, the second and the following asked later, of the moment of the first; `change` happens after the first."""
    at: dict[str, Any] = {}
    told, cursor = [], None
    while True:
        answer, rows = ask(store, limit=2, cursor=cursor, **at)
        told += [row["dossier"] for row in rows]
        cursor = answer["next"]
        if cursor is None:
            return told
        if not at:
            at = {name: datetime.fromisoformat(answer[name]) for name in ("as_of", "known_at")}
            change()
            store = replace(store, now=LATER)


@pytest.fixture
def moving(clerk, desk):
    """Asked again nine days later, when the first has come to be the last, and what grows has grown."""

    def change():
        code, first = "H40.17-210301-0000", "e-3"
        said = {"competent_unit": "H40.17", "due_at": "2021-09-01"}
        clerk.tell(
            "dossier.corrected", code, "2021-07-02T08:00", target=first, kind="amend",
            reason="ghi sai", authorised_by="tt-H40.17", replacement=said,
        )  # fmt: skip
        projected(desk.log, desk.views, LATER)

    return change


def test_pages_of_what_is_in_hand_neither_repeat_nor_skip_while_due_dates_change(desk, moving):
    def ask(store, **page):
        answer = workload(store, **page)
        return answer, answer["dossiers"]

    whole = [row["dossier"] for row in workload(desk)["dossiers"]]
    assert paged(desk, ask, moving) == whole
    later = replace(desk, now=LATER)
    assert [row["dossier"] for row in workload(later)["dossiers"]] != whole


def test_an_officers_pages_neither_repeat_nor_skip_while_lateness_grows(clerk, desk, moving):
    for n in range(10, 15):
        clerk.dossier(n, "H40.17", f"2021-05-{n}", f"2021-06-{n + 5}")
    projected(desk.log, desk.views, NOW)

    def ask(store, **page):
        answer = officer(store, "cb-1", **page)
        return answer, answer["cases"]

    whole = [case["dossier"] for case in officer(desk, "cb-1")["cases"]]
    assert paged(desk, ask, moving) == whole
    assert len(whole) > 6


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda store: workload(store, part="tomorrow"), "unknown_part"),
        (lambda store: workload(store, cursor="x"), "invalid_cursor"),
        (lambda store: officer(store, "cb-1", part="good"), "unknown_part"),
        (lambda store: officer(store, "cb-1", cursor="x~y"), "invalid_cursor"),
    ],
)
def test_what_is_asked_wrongly_is_refused(desk, ask, code):
    with pytest.raises(Refused) as refused:
        ask(desk)
    assert refused.value.code == code


def test_who_never_occurred_is_not_known(desk):
    with pytest.raises(Unknown, match="no officer nobody"):
        officer(desk, "nobody")
    assert officer(desk, "cb-1", period=(date(2019, 1, 1), date(2019, 1, 2)))["total"] == 0


def test_an_officers_cases_come_with_the_whole_lateness_that_his_share_is_of(desk):
    answer = officer(desk, "cb-1", part="share")

    assert answer["name"] == "Lan"
    assert answer["total"] == len(answer["cases"]) > 0
    assert sum(case["share_minutes"] for case in answer["cases"]) == answer["share_minutes"]
    assert answer["share_minutes"] <= answer["late_minutes"]


@pytest.mark.parametrize("seed", range(4))
def test_officers_figures_are_those_of_the_report(tmp_path, seed):
    world = World(seed, dossiers=6)
    middle = world.instants()[len(world.instants()) // 2]
    now = max(world.instants()) + timedelta(days=30)
    with opened(tmp_path, now) as store:
        put(store, world.arrivals)
        projected(store.log, store.views, now)
        for at in (None, middle):
            rows = queries.report(store, "officers", as_of=at, known_at=at)["officers"]
            for who in {row["officer"] for row in rows} - {None}:
                mine = [row for row in rows if row["officer"] == who]
                answer = officer(store, who, as_of=at, known_at=at, part="share")
                for figure in ("share_minutes", "held_minutes"):
                    assert answer[figure] == sum(row[figure] for row in mine), (who, figure)
                # One row a unit there, one case a dossier here.
                assert answer["dossiers"]["share"] <= sum(row["late_dossiers"] for row in mine)
                for part in PARTS:
                    told = officer(store, who, as_of=at, known_at=at, part=part)
                    assert told["total"] == len(told["cases"]) == answer["dossiers"][part]


LATE = Wanted(states=("late", "overdue"))


@pytest.mark.parametrize("seed", range(4))
def test_each_row_of_a_units_report_is_what_is_told_of_that_officer_there(tmp_path, seed):
    world = World(seed, dossiers=8)
    now = max(world.instants()) + timedelta(days=30)
    middle = world.instants()[len(world.instants()) // 2]
    with opened(tmp_path, now) as store:
        put(store, world.arrivals)
        projected(store.log, store.views, now)
        asked = [
            (row["unit"], at)
            for at in (None, middle)
            for row in queries.report(store, "units", as_of=at)["units"]
            if row["name"] or row["received"]["total"]  # not those that only refused or declared
        ]
        for unit, at in asked:
            rows = queries.report(store, "officers", unit=unit, as_of=at)["officers"]
            late = dossiers(store, LATE, unit=unit, as_of=at)["dossiers"]
            shared = sum(row["share_minutes"] for row in rows)
            assert sum(each["late_minutes"] for each in late) == shared
            for row in rows:
                if row["officer"] is None:
                    nobodys = Wanted(unassigned=row["unit"])
                    listed = dossiers(store, nobodys, unit=unit, as_of=at)
                    assert listed["total"] == len(listed["dossiers"]) == row["dossiers"], row
                    continue
                if not (row["dossiers"] or row["late_dossiers"]):
                    continue
                told = officer(
                    store, row["officer"], unit=unit, held_in=row["unit"], part="held", as_of=at
                )
                assert told["total"] == told["dossiers"]["held"] == row["dossiers"], row
                assert told["dossiers"]["share"] == row["late_dossiers"], row
                for figure in ("share_minutes", "held_minutes"):
                    assert told[figure] == row[figure], row


@pytest.mark.parametrize("seed", range(4))
def test_what_is_in_hand_is_what_the_report_of_units_has_in_process(tmp_path, seed):
    world = World(seed, dossiers=8)
    for at in world.instants()[:: max(1, len(world.instants()) // 4)]:
        with opened(tmp_path / at.strftime("%s"), at) as store:
            put(store, world.arrivals)
            projected(store.log, store.views, datetime(2095, 1, 1, tzinfo=VN))
            in_process = queries.report(store, "units")["total"]["in_process"]
            answer = workload(store)
            held = sum(
                workload(store, officer=who)["open"]["total"]
                for who in {row["officer"] for row in answer["dossiers"]} - {None}
            )
            assert answer["open"] == in_process
            assert held + answer["unassigned"] == answer["open"]["total"]


def test_postgres_answers_as_files_do(tmp_path, database):
    world = World(1, dossiers=6)
    now = max(world.instants()) + timedelta(days=1)
    told = []
    for store_in in (opened(tmp_path, now), opened_in(database.url, now)):
        with store_in as store:
            put(store, world.arrivals)
            projected(store.log, store.views, now)
            rows = queries.report(store, "officers")["officers"]
            people = sorted({row["officer"] for row in rows} - {None})
            units = sorted({row["unit"] for row in rows} - {None})
            told.append(
                [
                    *(officer(store, who) for who in people),
                    *(workload(store, officer=who) for who in people),
                    *(queries.report(store, "officers", unit=unit) for unit in units),
                    workload(store),
                ]
            )
    assert told[0] == told[1]
    assert len(told[0]) > 4


def test_what_nobody_held_is_told_of_the_head_of_the_day_it_was_due(clerk):
    clerk.unit("H40.17", head="tt-old")
    clerk.unit("H40.17", time="2021-06-25T08:00", head="tt-new")
    code = clerk.dossier(1, "H40.17", "2021-06-01", "2021-06-21")
    clerk.tell(
        "dossier.transferred", code, "2021-06-02T08:00", to={"unit": "H40.17", "officer": None}
    )
    projected(clerk.store.log, clerk.store.views, NOW)

    assert officer(clerk.store, "tt-old", part="share")["total"] == 1
    assert officer(clerk.store, "tt-new", part="share")["total"] == 0
    for head, total in (("tt-old", 1), ("tt-new", 0)):
        rule = ["in_process_overdue"]
        assert queries.violations(clerk.store, officer=head, rules=rule)["total"] == total

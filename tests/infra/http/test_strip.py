"""The calendar of a dossier's page says of every day what the judgement's trace says of it, once."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given

from infra.http.pages._strip import Kind, strip
from infra.language import Language
from tests.support.told import SEEDS, tellings, told

pytestmark = pytest.mark.property
VI = Language("vi")
NO_NAME = {"counted", "calendar_day", "weekend"}


def legal(answer):
    clock = answer["assessment"]["clocks"]["legal"]
    return clock["trace"], (clock["due"] or "")[:10]


def drawn(answer):
    trace, due = legal(answer)
    return strip(trace, due or None, VI)


def kind_of(day, due):
    """As what a day of the trace is to be drawn."""
    if day is None:
        return "none"
    if day["counts"]:
        return "late" if due and day["date"] > due else "counted"
    return "standing" if day["why"] in {"supplement", "paused"} else "off"


@given(tellings)
def test_every_day_is_drawn_as_what_it_was(answer):
    trace, due = legal(answer)
    # A second count may begin on the day of the first: the day is drawn as what was said of it last.
    of = {day["date"]: day for day in trace}
    for day in (day for row in drawn(answer).rows for day in row.days):
        said = of.get(day.date)
        assert day.kind == kind_of(said, due)
        assert day.n == (said["n"] if said and said["counts"] else None)
        assert day.due == (day.date == due)
        assert day.number == date.fromisoformat(day.date).day
        assert day.words.startswith(VI.day(day.date))


@given(tellings)
def test_no_day_is_left_out_and_only_ordinary_weeks_are_told_in_a_sentence(answer):
    trace, due = legal(answer)
    rows = drawn(answer).rows
    dates = [day.date for row in rows for day in row.days]
    assert dates == sorted(set(dates))
    shown = set(dates)
    rest = [day for day in trace if day["date"] not in shown]

    assert {day["why"] for day in rest} <= {"counted", "weekend"}
    assert due not in {day["date"] for day in rest}
    for run, row in zip(runs(rest), [row for row in rows if row.run], strict=True):
        numbers = [VI.number(day["n"]) for day in run if day["counts"]]
        assert VI.day(run[0]["date"]) in row.run
        assert VI.day(run[-1]["date"]) in row.run
        assert f"{len(run) // 7} tuần" in row.run
        assert f"ngày thứ {numbers[0]} đến {numbers[-1]}" in row.run


def runs(days: Sequence[Any]) -> list[list[Any]]:
    """Days that follow one another, together."""
    together: list[list[Any]] = []
    for day in days:
        before = date.fromisoformat(day["date"]) - timedelta(days=1)
        if together and together[-1][-1]["date"] == before.isoformat():
            together[-1].append(day)
        else:
            together.append([day])
    return together


@given(tellings)
def test_a_day_off_by_law_and_a_pause_are_told_by_their_name(answer):
    trace, _ = legal(answer)
    why = {day["date"]: day["why"] for day in trace}
    shown = drawn(answer)
    names = dict(
        zip((day["date"] for day in trace), (line.why for line in shown.lines), strict=True)
    )
    for row in shown.rows:
        for day in row.days:
            if why.get(day.date, "weekend") not in NO_NAME:
                assert names[day.date] in day.words
                assert names[day.date] in row.notes


@given(tellings)
def test_the_table_beside_it_has_a_line_for_each_day(answer):
    trace, due = legal(answer)
    for day, line in zip(trace, drawn(answer).lines, strict=True):
        on = date.fromisoformat(day["date"])
        assert (line.day, line.weekday) == (
            f"{on:%d/%m/%Y}",
            ["T2", "T3", "T4", "T5", "T6", "T7", "CN"][on.weekday()],
        )
        assert (line.counts, line.n) == (
            day["counts"],
            VI.number(day["n"]) if day["counts"] else "",
        )
        assert line.due == (day["date"] == due)


def test_random_dossiers_have_days_of_every_kind():
    rows = [row for seed in SEEDS for row in drawn(told(seed)).rows]
    days = [day for row in rows for day in row.days]

    assert {day.kind for day in days} == set(get_args(Kind))
    assert any(day.due for day in days)
    assert any(row.run for row in rows)


@pytest.mark.parametrize(("due", "after"), [("2026-02-27", True), ("2026-06-30", False)])
def test_weeks_behind_the_due_date_are_said_to_be_so(due, after):
    monday = date(2026, 3, 2)
    trace: list[dict[str, Any]] = []
    for at in range(8 * 7):
        worked = at % 7 < 5
        n = at // 7 * 5 + at % 7 + 1 if worked else None
        day = {"date": (monday + timedelta(days=at)).isoformat(), "counts": worked, "n": n}
        trace.append(day | {"why": "counted" if worked else "weekend"})

    (row,) = strip(trace, due, VI).rows
    assert ("sau hạn" in row.run) == after

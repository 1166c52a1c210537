"""Reports over a small province: who has a row, how units are written, what stands beside what."""

from datetime import date
from typing import Any

import pytest

from domain.errors import Refused, Unknown
from infra.questions import queries
from infra.questions.dossiers import Wanted, dossiers
from tests.support.clerk import NOW, Clerk
from tests.support.stores import opened, projected

SPRING = (date(2021, 1, 1), date(2021, 4, 30))
IN_MAY = (date(2021, 5, 1), date(2021, 5, 31))


@pytest.fixture
def clerk(tmp_path):
    with opened(tmp_path, NOW) as store:
        yield Clerk(store)


@pytest.fixture
def ask(clerk):
    def report(kind, period=SPRING, **options):
        projected(clerk.store.log, clerk.store.views, NOW)
        return queries.report(clerk.store, kind, period=period, **options)

    return report


@pytest.fixture
def district(clerk):
    """A district with two communes; one dossier in time, one late, one on paper."""
    clerk.unit("H40.17")
    clerk.unit("000.01.17.H40", "H40.17")
    clerk.unit("H40.17.02", "H40.17")
    clerk.dossier(1, "H40.17.01", "2021-03-01", "2021-03-05", "2021-03-05", channel="online")
    clerk.dossier(2, "H40.17.01", "2021-03-01", "2021-03-05", "2021-03-09", channel="online")
    clerk.dossier(3, "H40.17.02", "2021-03-01", "2021-03-05", "2021-03-04", source="/paper/so.csv")


def by_unit(answer):
    return {row["unit"]: row for row in answer["units"]}


def rules(row):
    return [finding["rule"] for finding in row["findings"]]


# ── units ────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("district")
def test_a_units_row_counts_its_children_and_the_total_counts_each_dossier_once(ask):
    answer = ask("units")
    rows = by_unit(answer)
    assert rows["H40.17"]["received"]["total"] == answer["total"]["received"]["total"] == 3
    assert rows["H40.17"]["resolved"] == {
        "total": 3,
        "early": 1,
        "on_time": 1,
        "late": 1,
        "no_due": 0,
    }


@pytest.mark.usefixtures("district")
def test_a_unit_is_written_as_registered_however_the_dossier_writes_it(ask):
    assert list(by_unit(ask("units"))) == ["H40.17", "000.01.17.H40", "H40.17.02"]


def test_a_unit_never_registered_is_written_as_stated_and_has_no_name(clerk, ask):
    clerk.dossier(1, "Phòng  một cửa", "2021-03-01", "2021-03-05")
    (row,) = ask("units")["units"]
    assert (row["unit"], row["name"], row["parent"]) == ("Phòng  một cửa", None, None)


def test_a_unit_that_only_declared_or_only_refused_has_a_row(clerk, ask):
    clerk.declared("H40.18", "2021-01/2021-04", 7)
    clerk.tell(
        "dossier.intake_refused", "H40.19-210301-0001", "2021-03-01T09:00", reason="thiếu",
        actor={"unit": "H40.19"},
    )  # fmt: skip
    rows = by_unit(ask("units"))
    assert rows["H40.18"]["coverage"] == {"recorded": 0, "declared": 7, "percent": "0.00"}
    assert rows["H40.19"]["intake_refused"] == 1


def test_a_refused_intake_of_nobodys_unit_is_in_the_total(clerk, ask):
    clerk.tell("dossier.intake_refused", "H40.19-210301-0001", "2021-03-01T09:00", reason="thiếu")
    assert ask("units")["total"]["intake_refused"] == 1
    assert ask("units", IN_MAY)["total"]["intake_refused"] == 0


def test_a_unit_registered_later_has_no_row_yet(clerk, ask):
    clerk.unit("H40.17", time="2021-05-02T08:00")
    assert ask("units")["units"] == []
    assert list(by_unit(ask("units", IN_MAY))) == ["H40.17"]


@pytest.mark.usefixtures("district")
def test_one_unit_is_answered_with_those_below_it(ask):
    answer = ask("units", unit="H40.17.01")
    assert list(by_unit(answer)) == ["000.01.17.H40"]
    assert answer["total"]["received"]["total"] == 2


def test_a_dossier_open_before_the_period_is_carried_over(clerk, ask):
    clerk.dossier(1, "H40.17", "2021-04-26", "2021-05-05", "2021-05-06")
    clerk.dossier(2, "H40.17", "2021-04-26", "2021-05-05", "2021-04-27")
    row = ask("units", IN_MAY)["total"]
    assert (row["received"]["total"], row["received"]["carried_over"]) == (1, 1)
    assert row["resolved"]["late"] == 1


def test_a_past_period_is_judged_at_its_end(clerk, ask):
    clerk.dossier(1, "H40.17", "2021-04-26", "2021-05-05", "2021-05-06")
    answer = ask("units")
    assert answer["as_of"] == "2021-04-30T23:59:59.999999+07:00"
    assert answer["total"]["in_process"]["in_time"] == 1


@pytest.mark.usefixtures("district")
def test_without_a_period_everything_counts_and_nothing_is_carried_over(ask):
    answer = ask("units", None)
    assert answer["period"] == {"from": None, "to": None}
    assert (answer["total"]["received"]["total"], answer["broken"]) == (3, [])


def test_what_is_neither_resolved_nor_in_process_is_listed_by_its_code(clerk):
    code = clerk.dossier(1, "H40.17", "2021-06-01", "2021-06-30")
    clerk.declared("H40.18", "2021-01/2021-04", 7)
    clerk.store.catch_up()
    clerk.store.views.database.rows("UPDATE dossiers SET ended_on = '2021-06-02'")
    clerk.store.views.database.rows("UPDATE received SET ended_on = '2021-06'")
    assert queries.report(clerk.store, "units")["broken"] == [code]
    assert queries.report(clerk.store, "units", unit="H40.18")["broken"] == []


def test_a_unit_that_occurs_nowhere_is_not_answered_with_zeros(clerk):
    clerk.dossier(1, "H40.17", "2021-06-01", "2021-06-30")
    with pytest.raises(Unknown, match=r"no unit H40\.18"):
        queries.report(clerk.store, "units", unit="H40.18")
    with pytest.raises(Unknown, match=r"no unit H40\.18"):
        queries.violations(clerk.store, unit="H40.18")


# ── rules over units ─────────────────────────────────────────────────────────


@pytest.mark.usefixtures("district")
def test_a_row_carries_the_rules_that_the_unit_breaks(ask):
    rows = by_unit(ask("units"))
    assert rules(rows["000.01.17.H40"]) == [
        "unit_on_time_below_95", "unit_apology_below_100", "online_late_zero",
    ]  # fmt: skip
    assert rules(rows["H40.17.02"]) == ["not_recorded_in_software"]


@pytest.mark.usefixtures("district")
def test_a_finding_names_its_basis_and_the_head(ask):
    finding = by_unit(ask("units"))["H40.17.02"]["findings"][0]
    assert finding["rule_version"] == "not_recorded_in_software/1"
    assert finding["basis"][0] == {
        "document": "NĐ 61/2018/NĐ-CP", "article": "Đ11.2d", "version": "nd61-2018",
    }  # fmt: skip
    assert finding["responsible"] == [
        {"officer": "tt-H40.17.02", "unit": "H40.17.02", "role": "head", "minutes": None}
    ]
    assert finding["message"] == "Chỉ 0/1 hồ sơ (0,00 %) có trên phần mềm."


@pytest.mark.usefixtures("district")
def test_findings_go_by_the_legal_clock_whichever_clock_is_asked(ask):
    legal, portal = ask("units"), ask("units", clock="portal", lang="en")
    assert [rules(row) for row in legal["units"]] == [rules(row) for row in portal["units"]]
    assert portal["units"][2]["findings"][0]["name"] == "Dossiers not recorded in the software"


# ── coverage ─────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("district")
def test_coverage_is_one_row_a_unit_with_the_questions_period(clerk, ask):
    clerk.declared("H40.17.01", "2021-01/2021-04", 8)
    rows = by_unit(ask("coverage"))
    assert rows["H40.17"] == {
        "unit": "H40.17", "name": "UBND H40.17", "period": {"from": "2021-01-01", "to": "2021-04-30"},
        "recorded": 2, "declared": 8, "percent": "25.00", "accepted": 3, "uses_software": True,
    }  # fmt: skip
    assert rows["H40.17.02"]["uses_software"] is False


# ── officers ─────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("district")
def test_officers_are_ranked_by_their_share_and_written_with_the_unit_as_registered(ask):
    first, *rest = ask("officers")["officers"]
    assert (first["officer"], first["unit"]) == ("cb-1", "000.01.17.H40")
    assert (first["dossiers"], first["late_dossiers"], first["share_minutes"]) == (2, 1, 660)
    assert all(row["share_minutes"] == 0 for row in rest)


@pytest.mark.parametrize("issued", ["2021-03-09", None], ids=["ended", "open"])
def test_one_officer_is_one_row_however_his_unit_is_written(clerk, ask, issued):
    code = clerk.dossier(1, "H40.17", "2021-03-01", "2021-03-05")
    to = {"officer": "cb-1", "unit": "000.00.17.H40"}
    clerk.tell("dossier.transferred", code, "2021-03-02T08:00", to=to)
    if issued:
        clerk.tell("dossier.result_issued", code, f"{issued}T10:00")
    mine = [row for row in ask("officers")["officers"] if row["officer"] == "cb-1"]
    assert [(row["unit"], row["dossiers"], row["late_dossiers"]) for row in mine] == [
        ("000.00.17.H40", 1, 1)
    ]


def test_a_dossier_closed_before_the_period_is_nobodys_load(clerk, ask):
    clerk.dossier(1, "H40.17", "2021-03-01", "2021-03-05", "2021-03-09")
    assert ask("officers", IN_MAY)["officers"] == []


def test_where_nobody_is_named_the_officer_is_null(clerk, ask):
    clerk.dossier(1, "H40.17", "2021-03-01", "2021-03-05", "2021-03-04", officer=None)
    (row,) = ask("officers")["officers"]
    assert (row["officer"], row["unit"], row["dossiers"]) == (None, "H40.17", 1)


def test_officers_come_in_pages_that_together_are_the_whole(clerk, ask):
    """Equal shares, one who is nobody, one with a mark in his id: each has a place of his own."""
    for n, officer in enumerate(("cb-1", "cb-2", 'cb"~3', None, "cb-4"), start=1):
        issued = f"2021-03-{n + 4:02}" if n < 4 else "2021-03-05"
        clerk.dossier(n, "H40.17", "2021-03-01", "2021-03-05", issued, officer=officer)
    clerk.dossier(6, "H40.18", "2021-03-01", "2021-03-05", "2021-03-05", officer="cb-4")
    whole = ask("officers")
    pages: list[Any] = []
    cursor = None
    while not pages or cursor is not None:
        page = ask("officers", limit=2, cursor=cursor)
        assert page["total"] == whole["total"] == 6
        pages.append(page["officers"])
        cursor = page["next"]

    assert [len(page) for page in pages] == [2, 2, 2]
    assert [row for page in pages for row in page] == whole["officers"]
    assert whole["next"] is None


@pytest.mark.parametrize("cursor", ["", "none", "697~cb-1", "[1]", '["1", "a", "b"]', "[" * 9_000])
def test_a_cursor_of_no_page_of_officers_is_refused(ask, cursor):
    with pytest.raises(Refused) as refused:
        ask("officers", cursor=cursor)
    assert refused.value.code == "invalid_cursor"


# ── feedback ─────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("district")
def test_petitions_are_counted_by_unit_and_above_it(clerk, ask):
    for n, unit in enumerate(("H40.17.01", "H40.17.01", "H99.01"), start=1):
        clerk.tell(
            "feedback.received", f"PA-{n}", "2021-03-01T08:00", feedback=f"PA-{n}", unit=unit,
            due_at="2021-03-10",
        )  # fmt: skip
    clerk.tell("feedback.answered", "PA-1", "2021-03-11T08:00", feedback="pa-1", unit="H40.17.01")
    answer = ask("feedback")
    assert answer["total"] == {
        "received": 3, "answered": 1, "answered_late": 1, "unanswered": 2, "unanswered_overdue": 2,
    }  # fmt: skip
    assert {row["unit"]: row["received"] for row in answer["units"]} == {
        "H40.17": 2, "000.01.17.H40": 2, "H40.17.02": 0, "H99.01": 1,
    }  # fmt: skip
    assert ask("feedback", IN_MAY)["total"]["received"] == 0
    assert ask("feedback", unit="H99.01")["total"]["received"] == 1


# ── findings counted ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("officer", [None, "cb-1"])
@pytest.mark.parametrize("registered", [None, "000.01.17.H40"])
def test_findings_of_one_unit_are_counted_together_however_its_code_is_written(
    clerk, officer, registered
):
    if registered is not None:
        clerk.unit(registered)
    for n, unit in enumerate(("H40.17.01", "000.01.17.H40"), 1):
        said = {"to": {"unit": unit, "officer": "cb-1"}, "actor": {"officer": "cb-1"}}
        code = clerk.dossier(n, unit, "2021-03-01", "2021-03-05")
        clerk.tell("dossier.transferred", code, "2021-03-04T08:00", **said)
    projected(clerk.store.log, clerk.store.views, NOW)
    answer = queries.violations(clerk.store, count_by="unit", officer=officer)
    assert [line["key"] for line in answer["counts"]] == [registered or "000.01.17.H40"]
    listed = queries.violations(clerk.store, officer=officer)
    assert answer["total"] == answer["counts"][0]["count"] == listed["total"] > 0


def test_a_unit_of_which_there_is_nothing_yet_is_not_known(clerk, ask):
    clerk.dossier(1, "H99.01", "2021-03-01", "2021-03-05", "2021-03-04")
    before, later = NOW.replace(month=2, day=1), NOW.replace(month=4, day=1)

    def listed(as_of):
        return dossiers(clerk.store, Wanted(), unit="H99.01", as_of=as_of)

    assert ask("units", period=None, unit="H99.01", as_of=later)["total"]["received"]["total"] == 1
    assert listed(later)["total"] == 1
    for question in (listed, lambda as_of: ask("units", period=None, unit="H99.01", as_of=as_of)):
        with pytest.raises(Unknown):
            question(before)

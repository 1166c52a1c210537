"""Which law and which procedure a dossier is judged by, also where nobody accepted it."""

import pytest

from tests.support.case import ACCEPTED, judged

REFUSED = ("intake_refused", "2019-06-28T16:00", {"reason": "r"})
NOW = "2026-04-10T08:00"


def submitted(at, **data):
    return ("submitted", at, data)


def test_a_refused_intake_is_judged_by_the_law_of_its_own_day():
    answer = judged([REFUSED], NOW)
    (found,) = answer.findings
    assert {basis.version for basis in found.rule.basis[answer.ruleset]} == {"nd61-2018"}


@pytest.mark.parametrize("as_of", ["2024-06-30T23:59", "2024-07-01T00:01", NOW])
def test_a_decree_of_later_does_not_reach_a_dossier_nobody_accepted(as_of):
    birth = submitted("2024-06-28T16:00", procedure="2.002621", channel="online")
    answer = judged([birth], as_of)
    late = {f.since.isoformat() for f in answer.findings if f.rule.name == "reception_late"}
    assert late == ({"2024-07-01T16:00:00.000001+07:00"} if as_of == NOW else set())


TWICE = [
    submitted("2026-03-04T08:00", procedure="1.000001", channel="online"),
    submitted("2026-03-04T09:00", procedure="1.000002", channel="postal"),
]


def test_the_first_submission_names_the_procedure_and_the_channel():
    answer = judged([*TWICE, ACCEPTED], NOW)
    assert (answer.procedure, answer.channel) == ("1.000001", "online")


def test_the_acceptance_names_them_before_any_submission():
    kind, at, said = ACCEPTED
    accepted = (kind, at, said | {"procedure": "1.000003", "channel": "direct"})
    answer = judged([*TWICE, accepted], NOW)
    assert (answer.procedure, answer.channel) == ("1.000003", "direct")


def test_nothing_in_view_is_judged_all_the_same():
    assert judged([ACCEPTED], "2026-03-01T08:00").ruleset == "nd118-2025"


@pytest.mark.parametrize(
    ("accepted", "documents"),
    [
        ("2018-05-03", {"QĐ 09/2015/QĐ-TTg"}),
        ("2018-12-03", {"NĐ 61/2018/NĐ-CP"}),
        ("2019-02-13", {"NĐ 61/2018/NĐ-CP", "TT 01/2018/TT-VPCP"}),
        ("2025-07-03", {"NĐ 118/2025/NĐ-CP"}),
        ("2025-10-03", {"NĐ 118/2025/NĐ-CP", "TT 03/2025/TT-VPCP"}),
    ],
)
def test_a_finding_cites_only_what_was_in_force(accepted, documents):
    kind, _, said = ACCEPTED
    answer = judged([(kind, f"{accepted}T08:00", said)], "2025-12-31T08:00")
    (found,) = [f for f in answer.findings if f.rule.name == "apology_missing"]
    assert {basis.document for basis in found.basis} == documents

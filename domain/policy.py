"""Settings of a judgement: which decree applies from when, how long a letter leads, what is tolerated, local presets.

Knows effective dates and the places that decided otherwise. Must not know facts, nor how a setting is applied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.errors import Unknown

Ruleset = Literal["qd09-2015", "nd61-2018", "nd118-2025"]

RULESETS: tuple[tuple[date, Ruleset], ...] = (
    (date(2015, 5, 10), "qd09-2015"),
    (date(2018, 6, 21), "nd61-2018"),
    (date(2025, 7, 1), "nd118-2025"),
)
"""From which date of acceptance each regulation applies; dossiers accepted before the first are judged by the first."""


def ruleset(day: date) -> Ruleset:
    """The regulation in force for a dossier accepted on a date."""
    for since, law in reversed(RULESETS):
        if since <= day:
            return law
    return RULESETS[0][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureRule:
    """What a decree of its own changes for some procedures, from a date of acceptance on (DOMAIN 2.4).

    `procedures` are keys (first two groups of the code). Empty: the decree's codes are not known here; a policy that
    knows them names them. None: as everywhere else.
    """

    decree: str
    article: str
    since: date
    procedures: frozenset[str] = frozenset()
    notice_hours: int | None = None
    """Working hours from acceptance in which a supplement may be asked for."""
    supplement_expiry_days: int | None = None
    """Working days after which a dossier still without its supplement is to be closed."""
    reception_hours: int | None = None
    """Working hours from an online submission to its acceptance or refusal."""


VITAL_RECORDS = ProcedureRule(
    decree="NĐ 63/2024/NĐ-CP",
    article="Đ7",
    since=date(2024, 7, 1),
    procedures=frozenset({"2.002621", "2.002622"}),  # births, deaths: from memory, unverified
    reception_hours=2,
)
"""Liên thông khai sinh, khai tử: Đ7.4 wants an answer within 2 working hours."""

KARAOKE_GROUP = ProcedureRule(
    decree="Nghị định 2025 về liên thông hộ kinh doanh, an ninh trật tự, karaoke (chưa rõ số)",
    article="quy trình liên thông",
    since=date(2025, 7, 1),
    notice_hours=8,
    supplement_expiry_days=15,
    reception_hours=2,
)
"""Neither the decree's number nor its codes were captured (DOMAIN 2.4): the limits stand ready for who can name them."""

FIRE_SAFETY = ProcedureRule(
    decree="NĐ 105/2025/NĐ-CP", article="Đ10.2", since=date(2025, 7, 1), reception_hours=8
)
"""PCCC: the same 8 working hours as everywhere, in words of its own."""

PROCEDURE_RULES = (VITAL_RECORDS, KARAOKE_GROUP, FIRE_SAFETY)
"""Decrees that change a limit which a rule reads. Those that move the clock itself state it in the due date on the slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy: a versioned name and its settings. Days are calendar days where not said to be working days."""

    name: str
    vietnamese: str
    basis: str
    letter_lead_days: int = 1
    """NĐ 61/2018 Đ19.9: at the latest 1 day before the due date; the decree does not say a working day."""
    transfer_tolerance_minutes: int = 60
    """How long after opening "the start of the next working day" lasts (Đ18.2)."""
    stale_working_days: int = 5
    due_soon_working_days: int = 2
    assignment_working_days: int = 1
    delivery_working_days: int = 1
    rescheduling_working_days: int = 1
    recording_working_days: int = 1
    reception_working_hours: int = 8
    reporting_working_days: int = 1
    """How long a lead unit may take to report a late opinion (Đ19.5b gives no time)."""
    sync_working_days: int = 1
    """How long the national portal may lag behind (TT 01/2018 Đ17.1d gives no time)."""
    withdrawal_working_days: int = 2
    clock_skew_minutes: int = 5
    """How far clocks of two systems may differ before "recorded before it happened" is a sign (Kerberos' bound, RFC 4120 §8.2)."""
    floor_percent: int = 95
    """Bộ Nội vụ's minimum of on-time dossiers (PAR INDEX)."""
    procedures: tuple[ProcedureRule, ...] = PROCEDURE_RULES

    def for_procedure(self, procedure: str | None, accepted_on: date) -> ProcedureRule | None:
        """The decree of its own that applies to a procedure (by key) accepted on a date."""
        for rule in self.procedures:
            if procedure in rule.procedures and rule.since <= accepted_on:
                return rule
        return None


NATIONAL = Policy(
    name="national/1",
    vietnamese="Quy định chung toàn quốc",
    basis="NĐ 61/2018/NĐ-CP; NĐ 118/2025/NĐ-CP từ 01/07/2025",
)

HCM = Policy(
    name="hcm-2016/1",
    vietnamese="TP. Hồ Chí Minh: thư xin lỗi chậm nhất vào chính ngày hẹn trả",
    basis="QĐ 5157/QĐ-UBND, 30/09/2016",
    letter_lead_days=0,
)
"""The letter goes out by the due date itself, not a day before."""

DONG_THAP = Policy(
    name="dong-thap-2015/1",
    vietnamese="Đồng Tháp: xin lỗi khi có sai sót hoặc quá hạn",
    basis="QĐ 585/QĐ-UBND-HC, 25/06/2015",
)
QUANG_BINH = Policy(
    name="quang-binh-2018/1",
    vietnamese="Quảng Bình: xin lỗi công khai khi có sai sót hoặc quá hạn",
    basis="QĐ 15/2018/QĐ-UBND, 19/06/2018, hiệu lực 30/06/2018",
)
LAM_HA = Policy(
    name="lam-ha-2018/1",
    vietnamese="Lâm Hà (Lâm Đồng): gửi trước hạn ít nhất 1 ngày, qua Một cửa; trình trễ không kèm thư thì trả lại",
    basis="Chỉ đạo của UBND huyện Lâm Hà, 07/2018",
)
TAN_AN = Policy(
    name="tan-an-2022/1",
    vietnamese="TP. Tân An (Long An): một thư cho nhiều sai sót của một hồ sơ; phải ghi lý do và ngày hẹn mới",
    basis="QĐ 1198/QĐ-UBND, 28/04/2022",
)

POLICIES: Mapping[str, Policy] = {
    policy.name: policy for policy in (NATIONAL, HCM, DONG_THAP, QUANG_BINH, LAM_HA, TAN_AN)
}
"""Every policy by its versioned name. Of the four last ones only the title or summary is known: their figures are the
national ones, their instrument is what they add (DOMAIN 2.5)."""


def policy(name: str) -> Policy:
    """A policy by its versioned name (`national/1`), or the latest version of a bare one (`national`).

    Unknown for any other name.
    """
    named = POLICIES.get(name)
    if named is None:
        versions = [p for p in POLICIES.values() if p.name.partition("/")[0] == name]
        named = max(versions, key=lambda p: int(p.name.partition("/")[2]), default=None)
    if named is None:
        raise Unknown(f"there is no policy {name!r}: use one of {', '.join(POLICIES)}")
    return named

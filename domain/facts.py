"""What each type of event says: one frozen dataclass a type, in the words of the public event contract.

Plain values of the standard library, so that the rules can read them. Must not know JSON, storage or what may be
concluded. A new optional field is an addition; any other change is a new version of the type and an upcast.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from domain.errors import Refused
from domain.values import (
    STRICT,
    Actor,
    Channel,
    Document,
    Due,
    DueGround,
    LetterChannel,
    Limit,
    Outcome,
    PauseGround,
    Portal,
    ReturnMethod,
    ServiceLevel,
    SignerRole,
    UnitLevel,
    as_due,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What every event may say: who did it, which paper proves it, and whether only the date is known."""

    __pydantic_config__ = STRICT
    actor: Actor | None = None
    document: Document | None = None
    time_precision: Literal["date"] | None = None


def _into_zone(said: Said, *limits: str) -> None:
    """What a type with limits does once it is made: those that are stated, by their names, are put into the zone."""
    for name in limits:
        limit = getattr(said, name)
        if limit is not None:
            object.__setattr__(said, name, as_due(limit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """The citizen (người nộp). Personal data: never stored, logged or projected in clear."""

    __pydantic_config__ = STRICT
    kind: str | None = None
    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Personal data under the dossier's own key: base64 of nonce and AES-256-GCM ciphertext."""

    __pydantic_config__ = STRICT
    sealed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Said):
    """Nộp hồ sơ."""

    procedure: str | None = None
    channel: Channel | None = None
    portal: Portal | None = None
    service_level: ServiceLevel | None = None
    applicant: Applicant | Sealed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Said):
    """Tiếp nhận, cấp giấy hẹn. `due_at` and `limit` may both be missing: that is a finding."""

    competent_unit: str
    due_at: Due | None = None
    limit: Limit | None = None
    procedure: str | None = None
    channel: Channel | None = None
    receipt_number: str | None = None
    copies: int | None = None

    def __post_init__(self) -> None:
        _into_zone(self, "due_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRefused(Said):
    """Từ chối tiếp nhận."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """To whom a dossier is handed over: a unit, and an officer where one is named."""

    __pydantic_config__ = STRICT
    unit: str
    officer: str | None = None

    def __post_init__(self) -> None:
        """A blank officer names nobody."""
        if self.officer is not None and not self.officer.strip():
            object.__setattr__(self, "officer", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(Said):
    """Chuyển xử lý, phân công; `step_limit` wins over `step_due_at`."""

    to: Holder
    step: str | None = None
    step_due_at: Due | None = None
    step_limit: Limit | None = None

    def __post_init__(self) -> None:
        _into_zone(self, "step_due_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested(Said):
    """Yêu cầu bổ sung, hoàn thiện hồ sơ."""

    reason: str
    items: list[str] | None = None
    via_one_stop: bool | None = None
    applicant_fault: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementReceived(Said):
    """Đã bổ sung; only a complete one answers a request."""

    complete: bool
    new_due_at: Due | None = None

    def __post_init__(self) -> None:
        _into_zone(self, "new_due_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Said):
    """Tạm dừng."""

    ground: PauseGround
    legal_basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Said):
    """Tiếp tục; ends every open pause."""

    ground: PauseGround
    legal_basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """The unit whose opinion is asked (đơn vị phối hợp)."""

    __pydantic_config__ = STRICT
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionRequested(Said):
    """Lấy ý kiến đơn vị phối hợp."""

    of: Consulted
    answer_due_at: Due | None = None

    def __post_init__(self) -> None:
        _into_zone(self, "answer_due_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionReceived(OpinionRequested):
    """Đơn vị phối hợp trả lời."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneStopNotified(Said):
    """Báo Bộ phận Một cửa về việc chậm."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed a letter, and as what."""

    __pydantic_config__ = STRICT
    officer: str | None = None
    role: SignerRole | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApologyLetterSent(Said):
    """Thư xin lỗi và hẹn lại ngày trả kết quả; an incomplete letter is stored and judged."""

    number: str | None = None
    signed_by: Signer | None = None
    signed_at: Due | None = None
    reason: str | None = None
    new_due_at: Due | None = None
    channel: LetterChannel | None = None
    delivered_at: Due | None = None

    def __post_init__(self) -> None:
        _into_zone(self, "signed_at", "new_due_at", "delivered_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateChanged(Said):
    """Đổi ngày hẹn trả."""

    new_due_at: Due
    ground: DueGround
    old_due_at: Due | None = None

    def __post_init__(self) -> None:
        _into_zone(self, "new_due_at", "old_due_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultIssued(Said):
    """Có kết quả, xử lý xong (trạng thái 9)."""

    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Said):
    """Trả kết quả cho người dân (trạng thái 10)."""

    method: ReturnMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedDossier(Said):
    """Từ chối giải quyết; a missing reason is a finding."""

    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Said):
    """Công dân rút hồ sơ."""

    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(Said):
    """Dừng giải quyết."""

    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost(Said):
    """Mất, thất lạc, hư hỏng hồ sơ."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Said):
    """Đính chính: annuls or amends another event of the same dossier, which stays in the log."""

    target: str
    kind: Literal["annul", "amend"]
    reason: str
    authorised_by: str
    replacement: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalStateObserved(Said):
    """Trạng thái trên Cổng DVCQG, 1..10."""

    portal: str
    status: int
    due_at: Due | None = None
    finished_at: Due | None = None

    def __post_init__(self) -> None:
        """Refused (`invalid_field`) for a status outside the national list."""
        _into_zone(self, "due_at", "finished_at")
        if not 1 <= self.status <= 10:
            raise Refused(
                "invalid_field", f"data.status is {self.status}: the national list has 1..10"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRegistered(Said):
    """Đơn vị; a later one for the same unit replaces it from its time on."""

    unit: str
    name: str
    level: UnitLevel | None = None
    parent: str | None = None
    head: str | None = None
    one_stop: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRegistered(Said):
    """Cán bộ, công chức, viên chức."""

    officer: str
    name: str | None = None
    title: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureRegistered(Said):
    """Thủ tục hành chính; its limit checks a promise, it does not make one."""

    procedure: str
    name: str | None = None
    field: str | None = None
    limit: Limit | None = None
    service_level: ServiceLevel | None = None
    supplement_expiry: Limit | None = None
    finance_excluded: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeDeclared(Said):
    """How many dossiers a unit really took in over a span of months or days (sổ giấy, biên nhận)."""

    unit: str
    period: str
    count: int
    basis: str | None = None

    def __post_init__(self) -> None:
        """Refused (`invalid_field`) for a span that is none or a negative count."""
        span_of(self.period)
        if self.count < 0:
            raise Refused(
                "invalid_field",
                f"data.count is {self.count}: give the number of dossiers taken in, 0 or more",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReceived(Said):
    """Phản ánh, kiến nghị (PAKN)."""

    feedback: str
    unit: str
    dossier: str | None = None
    kind: str | None = None
    due_at: Due | None = None

    def __post_init__(self) -> None:
        _into_zone(self, "due_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackAnswered(Said):
    """Trả lời phản ánh, kiến nghị."""

    feedback: str
    unit: str
    dossier: str | None = None
    kind: str | None = None
    answer: str | None = None


D_co = TypeVar("D_co", covariant=True, bound=Said)


class Fact(NamedTuple, Generic[D_co]):
    """One thing that happened, as one system reported it. A tuple, because a frozen dataclass takes four times as long to make.

    `time` is when it happened, `recorded_at` when the reporting system learnt of it (ours, and `recorded_known` False,
    where it did not say). `content` is the canonical JSON of all of it: what is compared, hashed, stored and published.
    """

    id: str
    source: str
    kind: str
    subject: str
    time: datetime
    recorded_at: datetime
    recorded_known: bool
    data: D_co
    correlation: str | None
    causation: str | None
    content: bytes


class Recorded(NamedTuple):
    """A fact in its place in a dossier's history: versions 1, 2, 3… in order of arrival."""

    version: int
    fact: Fact[Said]


def span_of(period: str) -> tuple[date, date]:
    """First and last day of `2021-01/2021-04` or `2021-01-01/2021-04-30`. Refused (`invalid_field`) otherwise."""
    try:
        first, last = (_first_day(part) for part in period.split("/"))
        end = _last_day(period.split("/")[1])
    except ValueError:
        raise Refused(
            "invalid_field",
            f"period {period!r} is not like 2021-01/2021-04 or 2021-01-01/2021-04-30",
        ) from None
    if first > last:
        raise Refused("invalid_field", f"period {period!r} ends before it begins")
    return first, end


def _first_day(part: str) -> date:
    return date.fromisoformat(part if len(part) == 10 else f"{part}-01")


def _last_day(part: str) -> date:
    first = _first_day(part)
    if len(part) == 10:
        return first
    year, month = divmod(first.year * 12 + first.month, 12)
    return date.fromordinal(date(year, month + 1, 1).toordinal() - 1)

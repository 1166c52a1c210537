"""One dossier's life, told either as events of a software or as a row of a register.

A `Story` holds what happened, each moment an RFC 3339 string; `events_of` and `row_of` only write it down. Must not
know deadlines or whether anything in it was late: the situation that made the story knows what it wanted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.scenarios.places import Desk, Procedure

Told = tuple[str, str, str, dict[str, Any]]
"""(kind, when it happened, when the software learnt of it, data)."""


class Letter(NamedTuple):
    """An apology letter; `rescheduled`: the portal's date was moved with it."""

    number: str
    sent: str
    new_due: str
    rescheduled: bool
    notified: bool = False


class Supplement(NamedTuple):
    """A request for papers and its complete answer; `outside`: not through the one-stop unit."""

    requested: str
    answered: str
    new_due: str | None
    outside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A dossier from the counter to the counter; `closed` is set where the software learnt late of the end."""

    code: str
    desk: Desk
    receiver: str
    handler: str
    procedure: Procedure
    channel: str
    portal: str | None
    applicant: dict[str, str] | None
    submitted: str | None
    accepted: str
    due: str
    transferred: str
    step_days: int | None
    supplements: tuple[Supplement, ...]
    letter: Letter | None
    result: str | None
    returned: str | None
    closer: str
    closed: str | None
    ended_on_paper: bool


def events_of(story: Story) -> Iterator[Told]:
    """What the software says, in the order it happened."""
    receiver = {"officer": story.receiver, "unit": story.desk.at.code}
    handler = {"officer": story.handler, "unit": story.desk.office.code}
    yield from _intake(story, receiver)
    yield (
        "transferred",
        story.transferred,
        story.transferred,
        _handed_over(story, receiver, handler),
    )
    for supplement in story.supplements:
        yield from _supplement(story, supplement, handler, receiver)
    if story.letter:
        yield from _letter(story, story.letter, handler)
    if not story.ended_on_paper:
        yield from _end(story, handler)


def _intake(story: Story, receiver: dict[str, str]) -> Iterator[Told]:
    accepted: dict[str, Any] = {
        "competent_unit": story.desk.unit.code,
        "due_at": story.due,
        "limit": {"amount": story.procedure.limit, "unit": "working_days"},
        "actor": receiver,
    }
    if story.submitted:
        yield "submitted", story.submitted, story.submitted, _submitted(story)
    else:
        accepted |= {"procedure": story.procedure.code, "channel": story.channel}
    yield "accepted", story.accepted, story.accepted, accepted


def _submitted(story: Story) -> dict[str, Any]:
    said: dict[str, Any] = {"procedure": story.procedure.code, "channel": story.channel}
    if story.portal:
        said |= {"portal": story.portal, "service_level": "full"}
    return said | ({"applicant": story.applicant} if story.applicant else {})


def _handed_over(story: Story, receiver: dict[str, str], handler: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {"to": handler, "step": "Thẩm định hồ sơ", "actor": receiver}
    if story.step_days:
        said["step_limit"] = {"amount": story.step_days, "unit": "working_days"}
    return said


def _supplement(
    story: Story, supplement: Supplement, handler: dict[str, str], receiver: dict[str, str]
) -> Iterator[Told]:
    asked = {
        "reason": "Giấy tờ kèm theo chưa hợp lệ",
        "items": ["Bản vẽ hiện trạng"],
        "via_one_stop": not supplement.outside,
        "actor": handler,
    }
    yield "supplement_requested", supplement.requested, supplement.requested, asked
    answer: dict[str, Any] = {"complete": True, "actor": receiver}
    if supplement.new_due:
        answer["new_due_at"] = supplement.new_due
    yield "supplement_received", supplement.answered, supplement.answered, answer


def _letter(story: Story, letter: Letter, handler: dict[str, str]) -> Iterator[Told]:
    head = {"officer": story.desk.unit.head, "unit": story.desk.unit.code}
    said = {
        "number": letter.number,
        "signed_by": {"officer": story.desk.unit.head, "role": "head"},
        "signed_at": letter.sent,
        "reason": "Phải xác minh thêm",
        "new_due_at": letter.new_due,
        "channel": "paper",
        "delivered_at": letter.sent,
        "actor": head,
    }
    if letter.notified:
        yield (
            "one_stop_notified",
            letter.sent,
            letter.sent,
            {"reason": "Phải xác minh thêm", "actor": handler},
        )
    yield "apology_letter_sent", letter.sent, letter.sent, said
    if letter.rescheduled:
        paper = {"number": letter.number, "date": letter.sent[:10]}
        said = {
            "new_due_at": letter.new_due,
            "ground": "rescheduled",
            "document": paper,
            "actor": handler,
        }
        yield "due_date_changed", letter.sent, letter.sent, said


def _end(story: Story, handler: dict[str, str]) -> Iterator[Told]:
    closer = {"officer": story.closer, "unit": story.desk.at.code}
    if story.result:
        said: dict[str, Any] = {"outcome": "granted", "actor": handler}
        yield "result_issued", story.result, story.closed or story.result, said
    if story.returned:
        said = {"method": "online" if story.channel == "online" else "direct", "actor": closer}
        yield "returned", story.returned, story.closed or story.returned, said


COLUMNS = {
    "code": "Mã hồ sơ",
    "procedure": "Mã TTHC",
    "name": "Tên TTHC",
    "unit": "Đơn vị giải quyết",
    "channel": "Kênh",
    "accepted": "Ngày tiếp nhận",
    "due": "Ngày hẹn trả",
    "receiver": "Cán bộ tiếp nhận",
    "handler": "Cán bộ xử lý",
    "letter": "Số thư xin lỗi",
    "letter_sent": "Ngày thư xin lỗi",
    "letter_due": "Ngày hẹn lại",
    "result": "Ngày có kết quả",
    "returned": "Ngày trả kết quả",
    "closed": "Ngày kết thúc trên phần mềm",
}
_CHANNELS = {"direct": "Trực tiếp", "online": "Trực tuyến", "postal": "BCCI"}


def row_of(story: Story) -> dict[str, str]:
    """What the register says: dates by RFC 3339 or ISO, empty where the register is silent.

    A book is written at the hand-over, minutes after the counter accepted the dossier.
    """
    letter = story.letter
    return {
        "code": story.code,
        "procedure": story.procedure.code,
        "name": story.procedure.name,
        "unit": story.desk.unit.code,
        "channel": _CHANNELS[story.channel],
        "accepted": story.transferred,
        "due": story.due,
        "receiver": story.receiver,
        "handler": story.handler,
        "letter": letter.number if letter else "",
        "letter_sent": letter.sent if letter else "",
        "letter_due": letter.new_due if letter and letter.rescheduled else "",
        "result": story.result or "",
        "returned": story.returned or "",
        "closed": story.closed or "",
    }

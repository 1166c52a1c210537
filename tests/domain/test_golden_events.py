"""One stored event of every type, as bytes in a file: what the log holds must stay readable and say the same for ever.

Where a type gains a field, the file of what it said before goes to `earlier/` as it is, under its hash, and the field into `GAINED`.
`python -m tests.domain.test_golden_events` writes the files of types that have none yet, and changes no other.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from domain import events
from domain.values import VN

FOLDER = Path(__file__).parent.parent / "golden" / "events"
EARLIER = FOLDER.parent / "earlier"
ACTOR = {"officer": "cb-17-03", "unit": "H40.17"}
PAPER = {
    "number": "12/QĐ-UBND",
    "date": "2025-03-19",
    "uri": "https://example.vn/12.pdf",
    "sha256": "ab" * 32,
}
WHO = "5a105e8b9d40e132"
LIMIT = {"amount": 10, "unit": "working_days"}
DUE, DAY = "2025-04-03T17:00:00+07:00", "2025-04-03"

DATA: dict[str, dict[str, Any]] = {
    "submitted": {
        "procedure": "1.001612",
        "channel": "online",
        "portal": "national",
        "service_level": "full",
        "applicant": {"sealed": "c2VhbGVk"},
    },
    "accepted": {
        "competent_unit": "H40.17",
        "due_at": DAY,
        "limit": LIMIT,
        "procedure": "1.001612",
        "channel": "postal",
        "receipt_number": "BN-0001",
        "copies": 2,
        "time_precision": "date",
    },
    "intake_refused": {"reason": "Không thuộc thẩm quyền"},
    "transferred": {
        "to": {"unit": "H40.17.02", "officer": "cb-17-08"},
        "step": "thẩm định",
        "step_due_at": DUE,
        "step_limit": {"amount": 16, "unit": "working_hours"},
    },
    "supplement_requested": {
        "reason": 'Thiếu bản sao "công chứng"',
        "items": ["giấy khai sinh", "hộ khẩu"],
        "via_one_stop": True,
        "applicant_fault": False,
    },
    "supplement_received": {"complete": True, "new_due_at": DAY},
    "paused": {"ground": "financial_obligation", "legal_basis": "Luật Đất đai"},
    "resumed": {"ground": "financial_obligation", "legal_basis": "Luật Đất đai"},
    "opinion_requested": {"of": {"unit": "H40.09"}, "answer_due_at": DAY},
    "opinion_received": {"of": {"unit": "H40.09"}, "answer_due_at": DAY},
    "one_stop_notified": {"reason": "Chờ ý kiến Sở"},
    "apology_letter_sent": {
        "number": "03/TXL",
        "signed_by": {"officer": "ct-17", "role": "head"},
        "signed_at": DUE,
        "reason": "Quá tải",
        "new_due_at": DAY,
        "channel": "zalo",
        "delivered_at": DUE,
    },
    "due_date_changed": {"new_due_at": DAY, "ground": "rescheduled", "old_due_at": DUE},
    "result_issued": {"outcome": "granted"},
    "returned": {"method": "postal"},
    "refused": {"reason": "Không đủ điều kiện"},
    "withdrawn": {"reason": "Người nộp rút"},
    "stopped": {"reason": "Người nộp không bổ sung"},
    "lost": {"reason": "Cháy kho"},
    "corrected": {
        "target": "e-1",
        "kind": "amend",
        "reason": "Nhập nhầm",
        "authorised_by": "ct-17",
        "replacement": {"z": None, "due_at": DAY, "limit": {"unit": "calendar_days", "amount": 3}},
    },
    "portal_state_observed": {"portal": "national", "status": 9, "due_at": DAY, "finished_at": DUE},
    "unit_registered": {
        "unit": "H40.17",
        "name": "Phường Một",
        "level": "commune",
        "parent": "H40",
        "head": "ct-17",
        "one_stop": True,
    },
    "officer_registered": {
        "officer": "cb-17-03",
        "name": "Trần Thị B",
        "title": "Công chức",
        "unit": "H40.17",
    },
    "procedure_registered": {
        "procedure": "1.001612",
        "name": "Đăng ký khai sinh",
        "field": "Hộ tịch",
        "limit": LIMIT,
        "service_level": "partial",
        "supplement_expiry": {"amount": 30, "unit": "calendar_days"},
        "finance_excluded": False,
    },
    "intake_declared": {
        "unit": "H40.17",
        "period": "2025-01/2025-03",
        "count": 120,
        "basis": "sổ giấy",
    },
    "feedback_received": {
        "feedback": "PAKN-1",
        "unit": "H40.17",
        "dossier": "H40.17-250320-0001",
        "kind": "chậm trả",
        "due_at": DAY,
    },
    "feedback_answered": {
        "feedback": "PAKN-1",
        "unit": "H40.17",
        "dossier": "H40.17-250320-0001",
        "kind": "chậm trả",
        "answer": "Đã xin lỗi",
    },
    "token_issued": {
        "token": "3f9a1c0d2b7e",
        "by": "quan-tri",
        "by_id": WHO,
        "digest": "ab" * 32,
        "role": "compliance",
        "expires_at": DUE,
        "name": "bảng điện tử",
        "unit": "H40.17",
        "officer": "cb-17-03",
    },
    "token_used": {"token": "3f9a1c0d2b7e"},
    "token_revoked": {"token": "3f9a1c0d2b7e", "by": "quan-tri", "by_id": WHO},
    "signed_in": {
        "session": "9d0c5b1e7a42",
        "by": "lan@tinh.example",
        "by_id": WHO,
        "digest": "cd" * 32,
        "role": "officer",
        "expires_at": DUE,
        "unit": "H40.17",
        "officer": "cb-17-03",
    },
    "signed_out": {
        "session": "9d0c5b1e7a42",
        "by": "quan-tri",
        "by_id": WHO,
        "reason": "Mất máy tính xách tay",
    },
    "person_read": {
        "dossier": "H40.17-250320-0001",
        "by": "thanh-tra@tinh.example",
        "by_id": WHO,
        "role": "auditor",
        "reason": "Đơn khiếu nại số 7",
    },
    "administered": {
        "act": "person_forgotten",
        "by": "quan-tri",
        "by_id": WHO,
        "about": "H40.17-250320-0001",
        "reason": "Đơn đề nghị số 7",
    },
    "facts_stated": {
        "source": "/officers",
        "by": "chu-tich@tinh.example",
        "by_id": WHO,
        "role": "head",
        "dossier": "H40.17-250320-0001",
        "fact": "2f6d1c1e-5a0e-5c8e-9a5f-0d6f4a1b2c3d",
    },
}
"""Every field of every type said once."""

GAINED = {
    "token_issued": ["by_id"],
    "token_revoked": ["by_id"],
    "signed_in": ["by_id"],
    "signed_out": ["by_id", "reason"],
    "person_read": ["by_id"],
    "administered": ["reason", "by_id"],
    "facts_stated": ["by_id"],
}
"""The fields that a type did not have at first, in order: logs hold events without them."""


def path_of(kind: str) -> Path:
    return FOLDER / f"{events.KINDS[kind][0]}.json"


def stored(kind: str) -> bytes:
    said = {
        "specversion": "1.0",
        "id": f"e-{kind}",
        "source": "/igate/H40",
        "type": events.KINDS[kind][0],
        "subject": "H40.17-250320-0001",
        "time": "2025-03-20T08:00:00+07:00",
        "recordedtime": "2025-03-20T08:05:00.000001+07:00",
        "correlationid": "c-1",
        "causationid": "e-0",
        "data": {"actor": ACTOR, "document": PAPER, **DATA[kind]},
    }
    fact = events.read(said, recorded_at=datetime(2025, 6, 2, tzinfo=VN))
    return events.state_of(events.chained(events.GENESIS, fact.content), fact.content)


@pytest.mark.parametrize("kind", events.KINDS)
def test_event_is_stored_as_it_always_was(kind):
    assert stored(kind) == path_of(kind).read_bytes()


@pytest.mark.parametrize(
    "path", sorted([*FOLDER.glob("*.json"), *EARLIER.glob("*.json")]), ids=lambda path: path.stem
)
def test_stored_event_is_understood_and_its_hash_holds(path):
    state = path.read_bytes()
    digest, fact = events.decode(state)
    assert events.chained(events.GENESIS, fact.content) == digest
    assert events.state_of(digest, fact.content) == state
    name = json.loads(state)["type"]
    assert path.stem == (name if path.parent == FOLDER else f"{name}.{digest[:8]}")


@pytest.mark.parametrize("kind", GAINED)
def test_what_was_stored_before_a_type_gained_a_field_is_kept_and_says_nothing_of_it(kind):
    name, cls = events.KINDS[kind]
    without = [GAINED[kind][first:] for first in range(len(GAINED[kind]))]
    missing = []
    for path in EARLIER.glob(f"{name}.*.json"):
        said = events.decode(path.read_bytes()).fact.data
        fields = {*cls.__dataclass_fields__} - {"time_precision"}
        missing.append({field for field in fields if getattr(said, field) is None})

    assert sorted(missing, key=len, reverse=True) == [{*fields} for fields in without]


@pytest.mark.parametrize("kind", events.KINDS)
def test_every_field_of_the_type_is_said(kind):
    said = json.loads(path_of(kind).read_bytes())["data"]
    _, cls = events.KINDS[kind]
    assert said.keys() | {"time_precision"} == {*cls.__dataclass_fields__}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in events.KINDS:
        if not path_of(name).exists():
            path_of(name).write_bytes(stored(name))

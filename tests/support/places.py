"""Two provinces with their communes, each with the same stories of its own: what one asker may see and another may not.

The examples of the documents, told again under other codes: of a unit, of its officers, of its dossiers.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from infra.cli import main
from tests.architecture.test_docs import ROOT

EXAMPLE = [
    json.loads(line)
    for line in (ROOT / "docs/examples/events.jsonl").read_text(encoding="utf-8").splitlines()
]
PARENTS = {"Y09.21": "Y09", "Y09.22": "Y09", "Y10.31": "Y10"}
NEIGHBOUR = {"Y09.21": "Y10.31", "Y09.22": "Y09.21", "Y10.31": "Y09.22"}
"""Each commune, and whose officer it has handed a dossier to."""
AT = {"as_of": "2026-06-30", "known_at": "2026-06-30T17:00:00+07:00"}
PERSON = "Người Ví Dụ"


def told_of(commune: str) -> Iterator[dict[str, Any]]:
    """What is told of a commune: its units, and four dossiers: ended; open; in a neighbour's hands; refused at the counter. A petition."""
    ended = [event for event in EXAMPLE if event["subject"].endswith("0007")]
    accepted, to_binh = ended[1], ended[2]
    for event in EXAMPLE:
        yield _in(commune, event)
    for event in (accepted, to_binh):
        yield _in(commune, _of(event, "0008"))
    to = {"unit": NEIGHBOUR[commune], "officer": officer("cb-xa", NEIGHBOUR[commune])}
    yield _in(commune, _of(accepted, "0009"))
    yield _in(commune, _of(to_binh, "0009")) | {"data": to_binh["data"] | {"to": to}}
    refused = {"actor": accepted["data"]["actor"], "reason": "thiếu giấy tờ"}
    kind = {"type": "vn.dunghen.dossier.intake_refused.v1", "data": refused}
    yield _in(commune, _of(accepted, "0010") | kind)
    petition = {"feedback": f"PA-{commune}", "unit": commune}
    kind = {"type": "vn.dunghen.feedback.received.v1", "subject": f"PA-{commune}", "data": petition}
    yield accepted | kind | {"id": f"petition-{commune}"}


def _of(event: dict[str, Any], number: str) -> dict[str, Any]:
    """An event of the example's dossier, told of another."""
    own = {"id": f"{number}-{event['id']}", "subject": event["subject"][:-4] + number}
    return event | own


def _in(commune: str, event: dict[str, Any]) -> dict[str, Any]:
    """An event of the example, told of a commune and its own officers."""
    text = json.dumps(event, ensure_ascii=False)
    text = text.replace("Y09.21", commune).replace('"Y09"', f'"{PARENTS[commune]}"')
    text = re.sub(r'"(cb-[a-z]+)"', lambda found: f'"{officer(found[1], commune)}"', text)
    told: dict[str, Any] = json.loads(text)
    return told | {"source": f"{event['source']}/{commune}"}


def officer(name: str, commune: str) -> str:
    """An officer of a commune."""
    return f"{name}-{commune.lower()}"


def dossiers() -> Iterator[str]:
    """Every dossier's code."""
    yield from (code_of(commune, number) for commune in PARENTS for number in NUMBERS)


NUMBERS = ("0007", "0008", "0009", "0010")


def code_of(commune: str, number: str = "0007") -> str:
    """A commune's dossier."""
    return f"{commune}-260202-{number}"


def filled(folder: Path, events: Iterable[dict[str, Any]], *where: str) -> Path:
    """A data folder with these events in it, or the place that the command line is told instead."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "events.jsonl"
    file.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    main([*(where or ("--data", str(folder / "data"))), "import", str(file), "--json"])
    return folder / "data"


def everywhere() -> list[dict[str, Any]]:
    """The events of all communes."""
    return [event for commune in PARENTS for event in told_of(commune)]


def is_of_a_dossier(event: dict[str, Any]) -> bool:
    """Whether it is about a dossier, not about the directory or a petition."""
    return ".dossier." in str(event["type"])

"""Event files: structured CloudEvents, one a line (JSONL, plain or packed).

Knows lines. What an event must look like, only `domain.events` knows.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from domain import events
from domain.errors import Refused
from infra.importers._bytes import blocks, not_utf8, too_long
from infra.importers._model import LINE_LIMIT, Damaged, Line


def read_events(
    chunks: Iterable[bytes], *, path: str, source: str | None, recorded_at: datetime
) -> Iterator[Line]:
    """Every line that is not blank. `source` is not used: each event names its own."""
    number = 0
    read = events.reported
    try:
        for block in blocks(chunks):
            for line in block:
                number += 1
                if not line or line.isspace():
                    continue
                if len(line) > LINE_LIMIT:
                    yield Line(number, line[: LINE_LIMIT + 1], refusal=too_long())
                    continue
                try:
                    fact = read(line, recorded_at=recorded_at)
                except Refused as refusal:
                    yield Line(number, line, refusal=not_utf8(line) or refusal)
                    continue
                yield Line(number, line, (fact,))
    except Damaged as damage:
        yield Line(number + 1, damage.partial, refusal=damage.refusal, unread=not number)

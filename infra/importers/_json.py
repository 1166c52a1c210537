"""Records of a JSON document, one at a time: a list, the list under a known name, or one object after the other.

Knows brackets and strings. Must not know what a record says. A document may be of any size and stand on one line; what is
kept of it is the record under way. A record that is no valid JSON costs itself; brackets that do not match cost the rest.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from domain.errors import Refused
from infra.importers._bytes import not_utf8, text, too_long, unreadable
from infra.importers._model import LINE_LIMIT

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
"""A whole string, a bracket, or a quote whose string goes on in the next chunk."""
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""An escaped half of a character beyond the first 65,536, which may stand without the other."""
_IN_TEXT = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)


class Record(NamedTuple):
    """The line where it begins, its bytes, and its fields or why it has none."""

    number: int
    raw: bytes
    fields: dict[str, Any]
    refusal: Refused | None = None
    unread: bool = False
    """Whether the document has no record at all."""


def records(chunks: Iterable[bytes], lists: Collection[str]) -> Iterator[Record]:
    """The objects of the document. `lists` names the members of an enclosing object that hold the list of them."""
    scan = _Scan({f'"{name}"'.encode() for name in lists})
    unread = True
    try:
        for chunk in text(chunks):
            for number, raw in scan.feed(chunk):
                unread = False
                yield _parsed(number, raw)
    except (Refused, OSError) as error:
        refusal = error if isinstance(error, Refused) else unreadable(error)
        yield Record(scan.line, scan.rest, {}, refusal, unread)
        return
    if scan.open:
        refusal = Refused(
            "truncated_file",
            "a bracket or quote is not closed before the end of the file: fetch it again",
        )
        yield Record(scan.line, scan.rest, {}, refusal, unread)
    elif unread:
        where = " or ".join(lists)
        refusal = Refused("invalid_json", f"no record found: give a list, or one named {where}")
        yield Record(1, scan.rest, {}, refusal, unread)


def _parsed(number: int, raw: bytes) -> Record:
    if len(raw) > LINE_LIMIT:
        return Record(number, raw, {}, too_long())
    try:
        fields = json.loads(raw)
        if _HALF.search(raw):
            json.dumps(fields, ensure_ascii=False).encode()  # half a character is none
    except (ValueError, RecursionError) as error:
        refusal = not_utf8(raw) or Refused(
            "invalid_json", f"the record is not JSON ({error}): correct or export it again"
        )
        return Record(number, raw, {}, refusal)
    return Record(number, raw, fields)


class _Scan:
    """Finds where records begin and end, and keeps no more of the document than the record under way."""

    def __init__(self, lists: Collection[bytes]) -> None:
        self._lists = lists
        self._path = b""
        """The outermost two brackets that are open; `*` is a list of records under a known name."""
        self._depth = 0
        self._buffer = b""
        self._at = 0
        """Behind the last token; its bytes are `_last`."""
        self._last = b""
        self._begun: int | None = None
        """Where the record under way begins in the buffer; `_cut` is what stood there before, if it grew too long."""
        self._cut = b""
        self._level = 0
        self._in_text = False
        self._counted = 0
        self._lines = 1
        self.line = 1
        """Where the record under way, or the last one, was begun."""

    @property
    def open(self) -> bool:
        """Whether a bracket or a string is open."""
        return self._depth > 0 or self._in_text or b'"' in self._buffer[self._at :]

    @property
    def rest(self) -> bytes:
        """What is kept of the record under way, cut like a line."""
        return (self._cut + self._buffer[self._begun or 0 :])[: LINE_LIMIT + 1]

    def feed(self, chunk: bytes) -> Iterator[tuple[int, bytes]]:
        """Take in the next bytes; yields (line, bytes) of every record that they complete."""
        self._buffer += chunk
        if self._in_text:
            self._leave_text()
        if not self._in_text:
            for token in _TOKEN.finditer(self._buffer, self._at):
                sign = token[0]
                if sign == b'"':
                    break
                if sign in b"{[":
                    self._push(sign, token.start())
                elif sign in b"}]" and self._pop():
                    end = token.end()
                    yield self.line, (self._cut + self._buffer[self._begun : end])[: LINE_LIMIT + 1]
                    self._begun, self._cut = None, b""
                self._at, self._last = token.end(), sign
        self._trim()

    def _push(self, sign: bytes, start: int) -> None:
        known = self._last in self._lists and self._buffer[self._at : start].strip() == b":"
        if sign == b"[" and self._path == b"{" and self._depth == 1 and known:
            sign, self._begun, self._cut = (
                b"*",
                None,
                b"",
            )  # the object around the list is no record
        elif sign == b"{" and self._depth == len(self._path) and self._path in {b"", b"[", b"{*"}:
            self._begun, self._level = start, self._depth
            self._count(start)
            self.line = self._lines
        if self._depth < 2:
            self._path += sign
        self._depth += 1

    def _pop(self) -> bool:
        self._depth = max(self._depth - 1, 0)
        self._path = self._path[: self._depth]
        return self._begun is not None and self._depth <= self._level

    def _leave_text(self) -> None:
        end = self._at + len(_IN_TEXT.match(self._buffer, self._at)[0])  # type: ignore[index]  # it may be empty, never none
        closed = self._buffer[end : end + 1] == b'"'
        self._in_text, self._at, self._last = not closed, end + closed, b""

    def _trim(self) -> None:
        """Forget what was scanned, and of a text or record that is too long all but the beginning."""
        if len(self._buffer) - self._at > LINE_LIMIT:
            quote = self._buffer.find(b'"', self._at)
            self._in_text = self._in_text or quote >= 0
            self._at, self._last = (len(self._buffer) if quote < 0 else quote + 1), b""
        if self._begun is not None and self._at - self._begun + len(self._cut) > LINE_LIMIT:
            self._cut = (self._cut + self._buffer[self._begun : self._at])[: LINE_LIMIT + 1]
            self._begun = self._at
        done = self._at if self._begun is None else self._begun
        self._count(done)
        self._buffer, self._at, self._counted = self._buffer[done:], self._at - done, 0
        self._begun = None if self._begun is None else 0

    def _count(self, end: int) -> None:
        self._lines += self._buffer.count(b"\n", self._counted, end)
        self._counted = max(end, self._counted)

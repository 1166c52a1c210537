"""From a file's bytes to lines: decompression and splitting in bounded memory, whatever the bytes are.

Knows gzip, zstd, UTF-8 and line ends. Must not know what a line says.
"""

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

import zstandard

from domain.errors import Refused
from infra.importers._model import LINE_LIMIT, Damaged

CHUNK = 1 << 18

GZIP, ZSTD, ZIP, OLE2 = (
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)
"""Magic bytes: what a file is, whatever its name says. OLE2 is .xls, and .xlsx with a password."""

_ZSTD_STEP = 1 << 10
"""Compressed bytes fed at once: zstd cannot be told where to stop, and 4 bytes may become 128 KiB, so 32 MiB at most."""
_ZSTD_WINDOW = 1 << 27
"""What `zstd` itself accepts without --long; a frame may demand 2 GiB of memory otherwise."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_BOM = b"\xef\xbb\xbf"
_NOT_UTF8 = "save it as UTF-8 (Excel: 'CSV UTF-8'; Notepad: Encoding UTF-8) and import it again"


class Readable(Protocol):
    """A binary file, of which nothing but `read` is asked."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        ...


def unpacked(file: Readable) -> Iterator[bytes]:
    """The file's bytes in chunks, decompressed if they are gzip or zstd. Refused when they are cut off or damaged."""
    first = file.read(CHUNK)
    if first.startswith(GZIP):
        return _gunzip(file, first)
    if first.startswith(ZSTD):
        return _unzstd(file, first)
    return _chunks(file, first)


def _chunks(file: Readable, first: bytes) -> Iterator[bytes]:
    chunk = first
    while chunk:
        yield chunk
        chunk = file.read(CHUNK)


def _gunzip(file: Readable, first: bytes) -> Iterator[bytes]:
    member = None
    for packed in _chunks(file, first):
        rest = packed
        while rest:
            if member is None:
                rest = rest.lstrip(b"\0")  # some tools pad with zeros after the last member
                member = zlib.decompressobj(wbits=31) if rest else None
                continue
            try:
                chunk = member.decompress(rest, CHUNK)
            except zlib.error as error:
                raise _corrupt("gzip", error) from error
            if chunk:
                yield chunk
            rest = member.unused_data if member.eof else member.unconsumed_tail
            member = None if member.eof else member
    if member is not None:
        raise _truncated("gzip")


def _unzstd(file: Readable, first: bytes) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    frame = None
    for packed in _chunks(file, first):
        for at in range(0, len(packed), _ZSTD_STEP):
            rest = packed[at : at + _ZSTD_STEP]
            while rest:
                frame = frame or decompressor.decompressobj()
                try:
                    chunk = frame.decompress(rest)
                except zstandard.ZstdError as error:
                    raise _corrupt("zstd", error) from error
                for start in range(0, len(chunk), CHUNK):
                    yield chunk[start : start + CHUNK]
                rest = frame.unused_data if frame.eof else b""
                frame = None if frame.eof else frame
    if frame is not None:
        raise _truncated("zstd")


def _truncated(packing: str) -> Refused:
    return Refused(
        "truncated_file",
        f"the {packing} data ends in the middle: the lines before are imported; fetch the file again and import it whole",
    )


def _corrupt(packing: str, error: Exception) -> Refused:
    return Refused(
        "corrupt_file",
        f"the {packing} data is damaged ({error}): the lines before are imported; fetch the file again and import it whole",
    )


def blocks(chunks: Iterable[bytes], limit: int = LINE_LIMIT) -> Iterator[list[bytes]]:
    """Lines without their line feeds, many at a time. One longer than `limit` is cut, but stays longer than `limit`.

    A byte order mark is taken off. Raises Damaged where the bytes stop being readable or are not UTF-8 at all.
    """
    tail = b""
    skipping = False
    try:
        for chunk in text(chunks):
            rest = chunk
            if skipping:
                end = chunk.find(b"\n")
                if end < 0:
                    continue
                rest, skipping = chunk[end:], False
            lines = (tail + rest).split(b"\n")
            tail = lines.pop()
            if len(tail) > limit:
                tail, skipping = tail[: limit + 1], True
            yield lines
    except Refused as refusal:
        raise Damaged(refusal, tail) from refusal
    except OSError as error:
        raise Damaged(unreadable(error), tail) from error
    if tail:
        yield [tail]


def text(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks without a byte order mark. Refused if the first is not the beginning of a UTF-8 text."""
    first = True
    for chunk in chunks:
        if first:
            if chunk.startswith(_UTF16) or chunk[:512].count(0) > len(chunk[:512]) // 4:
                raise Refused("invalid_encoding", f"this is UTF-16 or no text at all: {_NOT_UTF8}")
            yield chunk.removeprefix(_UTF8_BOM)
            first = False
        else:
            yield chunk


def unreadable(error: OSError) -> Refused:
    """A file or folder that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return Refused("not_found", "there is no such file or folder: check the path")
    reason = error.strerror or str(error)
    return Refused(
        "unreadable",
        f"cannot be read ({reason}): check its rights and the disk, then import it again",
    )


def too_long(limit: int = LINE_LIMIT) -> Refused:
    """A line over the limit, of which only the beginning was looked at."""
    return Refused(
        "line_too_long",
        f"the line has more than {limit} bytes and was skipped: one event or row a line, each ended by a line feed",
    )


def not_utf8(line: bytes) -> Refused | None:
    """The refusal of a line that is not UTF-8, with the place of its first bad byte; None if it is."""
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return Refused(
            "invalid_encoding",
            f"byte {error.start + 1} of the line is not UTF-8 (perhaps Windows-1258 or TCVN3): {_NOT_UTF8}",
        )
    return None

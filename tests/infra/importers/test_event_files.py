"""Event files: what is a line, what is refused, and how packed or damaged bytes are told."""

import gzip
import io
import json

import pytest
import zstandard

from infra.importers import LINE_LIMIT, read_events
from infra.importers._bytes import CHUNK, blocks, unpacked
from tests.infra.importers.conftest import NOW


def event(number, **changes):
    envelope = {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "/igate/H40",
        "type": "vn.dunghen.dossier.accepted.v1",
        "subject": f"H40.17-190325-{number:04d}",
        "time": "2019-03-25T08:00:00+07:00",
        "data": {"competent_unit": "H40.17", "due_at": "2019-03-29"},
    }
    return json.dumps(envelope | changes, ensure_ascii=False).encode()


def read(content):
    return list(
        read_events(unpacked(io.BytesIO(content)), path="e.jsonl", source=None, recorded_at=NOW)
    )


def codes(lines):
    return [(line.number, line.refusal.code if line.refusal else "") for line in lines]


def zstd(content):
    return zstandard.ZstdCompressor().compress(content)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd])
def test_every_packing_gives_the_same_lines(pack):
    content = b"\xef\xbb\xbf" + b"\r\n".join([event(1), b"", event(2), b"  ", event(3)])
    assert codes(read(pack(content))) == [(1, ""), (3, ""), (5, "")]


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_packed_files_may_be_joined(pack):
    assert codes(read(pack(event(1) + b"\n") + pack(event(2)))) == [(1, ""), (2, "")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "invalid_json"),
        (b"null", "invalid_field"),
        (event(1, type="vn.dunghen.dossier.eaten.v1"), "unknown_type"),
        (event(1, time="2019-03-25T08:00:00"), "naive_time"),
        (event(1, time="2019-02-31T08:00:00+07:00"), "invalid_field"),
        (event(1, time="0219-03-25T08:00:00+07:00"), "time_out_of_range"),
        (event(1, data={}), "missing_field"),
        (event(1).replace(b"igate", b"\xe0gate"), "invalid_encoding"),
        (b"\0" + event(1), "invalid_json"),
        (event(1, subject="x" * LINE_LIMIT), "line_too_long"),
    ],
)
def test_a_bad_line_costs_itself(line, code):
    lines = read(b"\n".join([event(8), line, event(9)]))
    assert codes(lines) == [(1, ""), (2, code), (3, "")]
    assert lines[1].input == line[: LINE_LIMIT + 1]


def test_a_huge_line_is_passed_over_in_little_memory():
    parts = [event(1) + b"\n", *[b"x" * CHUNK] * 400, b"\n" + event(2)]
    lines = list(read_events(iter(parts), path="", source=None, recorded_at=NOW))
    assert codes(lines) == [(1, ""), (2, "line_too_long"), (3, "")]
    assert len(lines[1].input) <= LINE_LIMIT + 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16_is_refused_once_and_says_what_to_do(encoding):
    lines = read(b"\n".join([event(1), event(2)]).decode().encode(encoding))
    assert codes(lines) == [(1, "invalid_encoding")]
    assert "UTF-8" in lines[0].refusal.message


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_of_a_truncated_file_the_lines_before_the_end_are_read(pack):
    first = b"\n".join(event(number) for number in range(50)) + b"\n"
    rest = b"\n".join(event(number) for number in range(50, 20_000))
    lines = read((pack(first) + pack(rest))[:-2000])
    assert codes(lines[:50]) == [(number, "") for number in range(1, 51)]
    assert lines[-1].refusal.code == "truncated_file"
    assert lines[-1].number == len(lines)


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_damaged_bytes_are_told_after_the_good_lines(pack):
    lines = read(pack(event(1) + b"\n") + b"not packed at all, and long enough to be looked at")
    assert codes(lines) == [(1, ""), (2, "corrupt_file")]


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
@pytest.mark.parametrize("filler", [b"x", b"\n"])
def test_a_bomb_is_read_in_small_pieces(pack, filler):
    packed = pack(filler * (16 << 20))
    assert len(packed) < 1 << 18
    assert max(map(len, unpacked(io.BytesIO(packed)))) <= CHUNK
    assert (
        max(sum(map(len, block)) for block in blocks(unpacked(io.BytesIO(packed))))
        <= LINE_LIMIT + CHUNK
    )

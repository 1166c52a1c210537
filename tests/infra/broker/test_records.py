"""Our reader of records against the client's own: the same records of every batch, and of a broken one nothing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.errors import CorruptRecordError
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.util import encode_varint

from infra.kafka._records import WHOLE, Builder, LenientBatch
from infra.messages.message import Unread, spelling, spelt
from tests.infra.broker.reading import batch, builder

PARTS = st.none() | st.binary(max_size=200)
RECORDS = st.lists(
    st.tuples(
        st.integers(0, 2**42),
        PARTS,
        PARTS,
        st.lists(st.tuples(st.text(max_size=80), PARTS), max_size=12),
    ),
    min_size=1,
    max_size=20,
)


def read(kind, stored):
    """With the headers as a list of pairs: ours have them unread."""
    return [
        (
            *(r.size_in_bytes, r.offset, r.timestamp, r.timestamp_type, r.key, r.value, r.checksum),
            list(Unread(r.headers[0][1])) if kind is LenientBatch else r.headers,
        )
        for r in kind(stored)
        if r.validate_crc()
    ]


@pytest.mark.parametrize(
    "compression", [DefaultRecordBatch.CODEC_NONE, DefaultRecordBatch.CODEC_LZ4]
)
@given(records=RECORDS)
def test_records_are_read_as_the_client_reads_them(compression, records):
    stored = batch(records, compression)

    assert read(LenientBatch, stored) == read(DefaultRecordBatch, stored)
    assert LenientBatch(stored).validate_crc()


@pytest.mark.parametrize(
    "compression", [DefaultRecordBatch.CODEC_NONE, DefaultRecordBatch.CODEC_LZ4]
)
@given(records=RECORDS, size=st.integers(0, 4_000))
def test_records_are_written_as_the_client_writes_them(compression, records, size):
    valued = [(*record, [(n, v or b"") for n, v in headers]) for *record, headers in records]
    whole = [(*record, [(WHOLE, spelt(headers))]) for *record, headers in valued]
    plain, ours = (
        builder(DefaultRecordBatchBuilder, size, compression),
        builder(Builder, size, compression),
    )
    for offset, (one, other) in enumerate(zip(valued, whole, strict=True)):
        said = [b.append(offset, *record) for b, record in ((plain, one), (ours, other))]
        assert len({s and (s.offset, s.size, s.timestamp) for s in said}) == 1
        if said[0] is None:
            break
    assert ours.size() == plain.size()
    assert ours.build() == plain.build()


def test_a_record_without_a_time_is_of_now():
    ours = builder(Builder, 100)
    assert ours.append(0, None, b"k", None, [(WHOLE, spelt(()))]).timestamp > 1_700_000_000_000


def test_plain_headers_are_written_by_the_client_itself():
    records = [(0, b"k", b"v", [("a", b"1"), ("b", None)]), (0, b"k", b"v", [])]
    ours, plain = builder(Builder, 1_000), builder(DefaultRecordBatchBuilder, 1_000)
    for offset, record in enumerate(records):
        ours.append(offset, *record)
        plain.append(offset, *record)
    assert ours.build() == plain.build()


def test_what_was_read_is_written_again_untouched():
    """As the client does with a batch that a broker finds too large."""
    stored = batch([(0, b"k", b"v", [("a", b"1"), ("", None)])])
    again = builder(Builder, 1_000)
    for r in LenientBatch(stored):
        again.append(r.offset, r.timestamp, r.key, r.value, r.headers)
    assert bytes(again.build()) == stored
    assert spelt(Unread(b"raw")) == b"raw"


def test_names_that_are_no_text_are_spelt_out():
    name = "ấ".encode()
    stored = batch([(0, b"k", b"v", [("ấ", b"1"), ("b", None)])]).replace(name, b"\xff\xe1x")

    (*_, headers) = read(LenientBatch, stored)[0]

    assert headers == [("\\xff\\xe1x", b"1"), ("b", None)]


def varint(number):
    spelt = bytearray()
    encode_varint(number, spelt.append)
    return bytes(spelt)


def with_body(body):
    """A batch of one record that has these bytes behind its length."""
    whole = batch([(0, None, None, [])])
    return whole[: DefaultRecordBatch.HEADER_STRUCT.size] + varint(len(body)) + body


START = b"\x00" + varint(0) + varint(0) + varint(-1) + varint(-1)
BROKEN = {
    "no headers at all": START,
    "a value longer than the record": START[:-1] + varint(40) + b"short",
    "a record longer than the batch": START,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_record_is_refused_by_both(name):
    stored = with_body(BROKEN[name])
    if name == "a record longer than the batch":
        stored = stored[:-3]
    for kind in (LenientBatch, DefaultRecordBatch):
        with pytest.raises((CorruptRecordError, IndexError)):
            read(kind, stored)


def test_bytes_behind_the_last_record_are_refused_by_both():
    for kind in (LenientBatch, DefaultRecordBatch):
        with pytest.raises(CorruptRecordError):
            read(kind, batch([(0, b"k", b"v", [])]) + b"more")


NO_HEADERS = {
    "a name that goes back, again and again": varint(1 << 40) + varint(-2) + b"a",
    "a negative count": varint(-1),
    "a negative length of a name": varint(1) + varint(-2) + b"a" + varint(0),
    "a length that goes beyond the record": varint(1) + varint(40) + b"short",
    "bytes behind the last": varint(0) + b"more",
    "nothing": b"",
}


@pytest.mark.parametrize("raw", NO_HEADERS.values(), ids=NO_HEADERS.keys())
def test_what_is_no_list_of_headers_is_an_empty_one(raw):
    headers = Unread(raw)
    assert list(headers) == []
    assert headers.laid_out([varint(1)]) is None


def test_headers_are_a_sequence_of_pairs():
    headers: Sequence[object] = Unread(varint(1) + spelling("a") + spelling("1"))
    assert (len(headers), headers[0], headers[:1]) == (1, ("a", b"1"), (("a", b"1"),))
    assert headers == (("a", b"1"),)
    assert headers != (("a", b"2"),)
    assert hash(headers) == hash((("a", b"1"),))


@given(values=st.lists(st.binary(max_size=200), min_size=1, max_size=5))
def test_values_are_taken_from_headers_that_are_laid_out_so(values):
    names = [chr(97 + i) for i in range(len(values))]
    stored = batch([(0, b"k", b"v", [*zip(names, values, strict=True), ("end", b"1")])])
    [record] = LenientBatch(stored)
    headers = Unread(record.headers[0][1])
    first, *others = map(spelling, names)
    layout = [varint(len(values) + 1) + first, *others, spelling("end") + spelling("1")]

    assert headers.laid_out(layout) == values
    assert headers.laid_out(layout[:-1]) is None
    assert headers.laid_out([*layout, b"more"]) is None
    assert headers.laid_out([layout[-1]]) is None

"""Our reader of records against the client's own: the same records of every batch, and of a broken one nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.errors import CorruptRecordError
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka.record.util import encode_varint

from infra.kafka._lenient import LenientBatch

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


def batch(records, compression=0):
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=compression,
        is_transactional=False,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1 << 20,
    )
    for offset, (timestamp, key, value, headers) in enumerate(records):
        assert builder.append(offset, timestamp, key, value, headers)
    return bytes(builder.build())


def read(kind, stored):
    return [
        (r.size_in_bytes, r.offset, r.timestamp, r.timestamp_type, r.key, r.value, r.headers)
        for r in kind(stored)
    ]


@pytest.mark.parametrize(
    "compression", [DefaultRecordBatch.CODEC_NONE, DefaultRecordBatch.CODEC_LZ4]
)
@given(records=RECORDS)
def test_records_are_read_as_the_client_reads_them(compression, records):
    stored = batch(records, compression)

    assert read(LenientBatch, stored) == read(DefaultRecordBatch, stored)
    assert LenientBatch(stored).validate_crc()


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
    "a negative count of headers": START + varint(-1),
    "a negative length of a name": START + varint(1) + varint(-2) + b"a" + varint(0),
    "a length that goes beyond the record": START + varint(1) + varint(40) + b"short",
    "bytes behind the last header": START + varint(0) + b"more",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_record_is_refused_by_both(body):
    for kind in (LenientBatch, DefaultRecordBatch):
        with pytest.raises((CorruptRecordError, IndexError)):
            read(kind, with_body(body))

"""One day of one metric and source as bytes, and back, losing nothing.

version u8 | flags u8 | body, which is zstandard-compressed where that helps. The body: count, then the columns
start (within the day), duration, UTC offset, value and, for two components, the second value. Where values were told in
other units than the canonical one, their names follow, and which of them each value was told in. Of a thinned day, how
many samples each row stands for and what it weighs come last.
"""

import threading
from typing import NamedTuple

import numpy as np
import zstandard

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.samples import DAY_MS, Float64s, SampleBatch, Thinned
from healthpartner.domains.metrics.samples.columns import (
    put_floats_column,
    put_integers,
    read_floats_column,
    read_integers,
)
from healthpartner.domains.metrics.samples.unit_names import put_units, read_units
from healthpartner.domains.metrics.samples.wire import CorruptChunk, Reader, put_unsigned

VERSION = 1
MOST_SAMPLES = 4_000_000
_THINNED_DECIMALS = 6

_COMPRESSED = 0x01
_SECOND = 0x02
_UNITS = 0x04
_THINNED = 0x08
_LEVEL = 3
_HEADER = 2
_LARGEST_BODY = 64 * MOST_SAMPLES


class Summary(NamedTuple):
    """The figures kept beside a chunk, of the first component; instants are starts."""

    samples: int
    minimum: float
    maximum: float
    total: float
    first_ms: int
    last_ms: int


class _Zstandard(threading.local):
    """A compressor holds state, so each thread has its own."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_zstandard = _Zstandard()


def encode(batch: SampleBatch, day: int) -> bytes:
    """The chunk of one UTC day (days since 1970). Raises ValueError for a sample of another day, and for too many."""
    if len(batch) > MOST_SAMPLES:
        raise ValueError("too many samples for one chunk")
    within = batch.start_ms - day * DAY_MS
    if len(within) and not (within.min() >= 0 and within.max() < DAY_MS):
        raise ValueError("a sample starts on another day")
    body = bytearray()
    put_unsigned(body, len(batch))
    put_integers(body, within, thousands=True)
    put_integers(body, batch.duration_ms, thousands=True)
    put_integers(body, batch.offset_minutes.astype(np.int64))
    conversions = tuple(dict.fromkeys(batch.metric.units.values()))
    put_floats_column(body, _totals(batch, batch.value), conversions)
    if batch.second is not None:
        put_floats_column(body, _totals(batch, batch.second), conversions)
    told = batch.unit is not None and bool(batch.unit.any())
    if told:
        put_units(body, batch)
    if batch.thinned is not None:
        put_integers(body, batch.thinned.samples)
        put_floats_column(body, batch.thinned.weight, ())
    return _sealed(bytes(body), _flags(batch, told=told))


def decode(data: bytes, metric: Metric, day: int) -> SampleBatch:
    """The samples of a chunk. Raises CorruptChunk."""
    flags, reader = _opened(data)
    count = reader.unsigned()
    if count > MOST_SAMPLES:
        raise CorruptChunk("the chunk claims too many samples")
    start_ms = read_integers(reader, count) + day * DAY_MS
    duration_ms = read_integers(reader, count)
    offset_minutes = read_integers(reader, count).astype(np.int16)
    value = read_floats_column(reader, count)
    second = read_floats_column(reader, count) if flags & _SECOND else None
    unit = read_units(reader, count, metric) if flags & _UNITS else None
    thinned = Thinned(read_integers(reader, count), read_floats_column(reader, count)) if flags & _THINNED else None
    if thinned is not None and metric.aggregation == "mean":
        value, second = value / thinned.weight, None if second is None else second / thinned.weight
    return SampleBatch(metric, start_ms, duration_ms, value, second, offset_minutes, unit, thinned)


def is_thinned(data: bytes) -> bool:
    """Whether a chunk holds spans in place of samples, told without opening it."""
    return len(data) >= _HEADER and bool(data[1] & _THINNED)


def plain(data: bytes) -> bytes:
    """The same chunk with its body as it is, for what compresses several together. Raises CorruptChunk."""
    flags, body = _body(data)
    return bytes((VERSION, flags & ~_COMPRESSED)) + body


def compressed(data: bytes) -> bytes:
    """The chunk that `plain` was made of."""
    return _sealed(data[_HEADER:], data[1])


def summary(batch: SampleBatch) -> Summary:
    """The figures of a batch that is sorted and not empty."""
    return Summary(
        len(batch),
        float(batch.value.min()),
        float(batch.value.max()),
        float(batch.value.sum()),
        int(batch.start_ms[0]),
        int(batch.start_ms[-1]),
    )


def _totals(batch: SampleBatch, value: Float64s) -> Float64s:
    """Means of spans are kept as what they are made of: whole numbers stay whole, and small."""
    if batch.thinned is None or batch.metric.aggregation != "mean":
        return value
    return rounded_totals(value * batch.thinned.weight, batch.thinned.weight)


def rounded_totals(totals: Float64s, weight: Float64s) -> Float64s:
    """To a millionth, which takes off what adding floats has put on; where samples count in part, as they are."""
    rounded: Float64s = np.where(weight == np.rint(weight), np.round(totals, _THINNED_DECIMALS), totals)
    return rounded


def _flags(batch: SampleBatch, *, told: bool) -> int:
    second, thinned = batch.second is not None, batch.thinned is not None
    return (_SECOND if second else 0) | (_UNITS if told else 0) | (_THINNED if thinned else 0)


def _sealed(body: bytes, flags: int) -> bytes:
    compressed = _zstandard.compressor.compress(body)
    if len(compressed) < len(body):
        return bytes((VERSION, flags | _COMPRESSED)) + compressed
    return bytes((VERSION, flags)) + body


def _opened(data: bytes) -> tuple[int, Reader]:
    flags, body = _body(data)
    return flags, Reader(body)


def _body(data: bytes) -> tuple[int, bytes]:
    if len(data) < _HEADER or data[0] != VERSION:
        raise CorruptChunk("the chunk has an unknown version")
    flags, body = data[1], data[_HEADER:]
    if not flags & _COMPRESSED:
        return flags, body
    try:
        if zstandard.frame_content_size(body) > _LARGEST_BODY:
            raise CorruptChunk("the chunk claims to be too large")
        return flags, _zstandard.decompressor.decompress(body)
    except zstandard.ZstdError as error:
        raise CorruptChunk("the chunk cannot be decompressed") from error

"""Neighbouring day chunks of one metric and source in one row, and back, bit for bit: of old and sparse days, rows cost more
than what they hold.

version u8 | zstandard of the days' columns as MessagePack, instants in milliseconds within the day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
import zstandard
from msgspec import Struct

from healthpartner.canonical.instants import date_of, day_of, epoch_ms, instant_of
from healthpartner.canonical.samples import DAY_MS
from healthpartner.domains.metrics.samples import codec
from healthpartner.domains.metrics.samples.chunks import ChunkRow
from healthpartner.domains.metrics.samples.wire import CorruptChunk

# A row as the database gives it, or one made of it.
Row = Mapping[str, Any]

VERSION = 1
# Written once and read for years; higher levels take four times as long for one in a hundred.
_LEVEL = 12
# Of all chunks in a pack: what a read of one day may cost more.
_LARGEST = 4000


class _Days(Struct, frozen=True, array_like=True):
    """Columns of the same length; days count from the first one."""

    day: list[int]
    n: list[int]
    minimum: list[float]
    maximum: list[float]
    total: list[float]
    first_ms: list[int]
    last_ms: list[int]
    end_ms: list[int | None]
    offset_low: list[int | None]
    offset_high: list[int | None]
    span_minutes: list[int | None]
    samples: list[bytes]


def neighbours(chunks: Iterable[ChunkRow]) -> Iterator[list[ChunkRow]]:
    """`chunks` of one source, by day, as those that make a pack, and some that are alone.

    A pack lies within a month and holds days that are thinned alike, so that what asks for one of these asks for whole packs.
    """
    together: list[ChunkRow] = []
    size = 0
    for chunk in chunks:
        size += len(chunk.samples)
        if together and (size > _LARGEST or _kind(chunk) != _kind(together[0])):
            yield together
            together, size = [], len(chunk.samples)
        together.append(chunk)
    if together:
        yield together


def _kind(chunk: ChunkRow) -> tuple[int, int, int | None]:
    return chunk.day.year, chunk.day.month, chunk.span_minutes


def pack(chunks: Sequence[ChunkRow]) -> bytes:
    """`chunks` by day, of one source."""
    first = day_of(chunks[0].day)
    days = _Days(
        [day_of(each.day) - first for each in chunks],
        [each.n for each in chunks],
        [each.minimum for each in chunks],
        [each.maximum for each in chunks],
        [each.total for each in chunks],
        [_within(each.day, each.first_at) for each in chunks],
        [_within(each.day, each.last_at) for each in chunks],
        [None if each.end_at is None else _within(each.day, each.end_at) for each in chunks],
        [each.offset_low for each in chunks],
        [each.offset_high for each in chunks],
        [each.span_minutes for each in chunks],
        [codec.plain(each.samples) for each in chunks],
    )
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    return bytes((VERSION,)) + compressor.compress(msgspec.msgpack.encode(days))


def unpack(data: bytes, first_day: date, source_id: int) -> list[ChunkRow]:
    """The chunks of a pack, not compressed. Raises CorruptChunk."""
    if not data or data[0] != VERSION:
        raise CorruptChunk("the pack has an unknown version")
    try:
        days = msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(data[1:]), type=_Days)
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise CorruptChunk("the pack cannot be opened") from error
    first = day_of(first_day)
    return [
        ChunkRow(
            date_of(first + day), source_id, n, minimum, maximum, total, _instant(first + day, first_ms),
            _instant(first + day, last_ms), samples, None if end_ms is None else _instant(first + day, end_ms),
            offset_low, offset_high, span_minutes,
        )
        for (
            day, n, minimum, maximum, total, first_ms, last_ms, end_ms, offset_low, offset_high, span_minutes, samples
        ) in zip(*msgspec.structs.astuple(days), strict=True)
    ]  # fmt: skip


def exploded(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows of which some are packs (`packed`, with `day`, `source_id` and `samples`) as rows of single days."""
    for row in rows:
        if row["packed"]:
            for chunk in unpack(row["samples"], row["day"], row["source_id"]):
                yield {**row, **msgspec.structs.asdict(chunk)}
        else:
            yield row


def unpacked(row: Row) -> list[ChunkRow]:
    """The chunks of a pack, as they were before they were packed."""
    return [
        msgspec.structs.replace(chunk, samples=codec.compressed(chunk.samples))
        for chunk in unpack(row["samples"], row["day"], row["source_id"])
    ]


def _within(day: date, instant: datetime) -> int:
    return epoch_ms(instant) - day_of(day) * DAY_MS


def _instant(day: int, within_ms: int) -> datetime:
    return instant_of(day * DAY_MS + within_ms)

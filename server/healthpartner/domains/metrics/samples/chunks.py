"""A day's samples of one metric and source as a row of the database."""

from dataclasses import replace
from datetime import date, datetime

from msgspec import Struct

from healthpartner.canonical.instants import day_of, instant_of
from healthpartner.canonical.samples import UNKNOWN_OFFSET, SampleBatch
from healthpartner.domains.metrics.fusion.parts import measured
from healthpartner.domains.metrics.samples import codec


class ChunkRow(Struct, frozen=True):
    """One chunk as it goes to the database, in the order of the statement's parameters."""

    day: date
    source_id: int
    n: int
    minimum: float
    maximum: float
    total: float
    first_at: datetime
    last_at: datetime
    samples: bytes
    end_at: datetime | None
    offset_low: int | None
    offset_high: int | None
    span_minutes: int | None


COLUMNS = ", ".join(ChunkRow.__struct_fields__)


def chunk_of(source_id: int, day: date, batch: SampleBatch, span_minutes: int = 1) -> ChunkRow:
    if batch.thinned is not None and not batch.thinned.samples.any():
        batch = replace(batch, thinned=None)
    figures = codec.summary(batch)
    offset_low, offset_high = _offsets(batch)
    return ChunkRow(
        day,
        source_id,
        figures.samples,
        figures.minimum,
        figures.maximum,
        figures.total,
        instant_of(figures.first_ms),
        instant_of(figures.last_ms),
        codec.encode(batch, day_of(day)),
        instant_of(int((batch.start_ms + measured(batch.duration_ms)).max())),
        offset_low,
        offset_high,
        # Of what comes back from elsewhere the width is not known.
        None if batch.thinned is None else span_minutes,
    )


def _offsets(batch: SampleBatch) -> tuple[int, int] | tuple[None, None]:
    """The lowest and the highest, where all are known."""
    lowest = int(batch.offset_minutes.min())
    return (None, None) if lowest == UNKNOWN_OFFSET else (lowest, int(batch.offset_minutes.max()))

"""Samples into and out of storage, in bulk: what imports, syncs and partners' calls all go through."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from healthpartner.canonical.metrics import METRICS_BY_CODE, Metric
from healthpartner.canonical.samples import SampleBatch, SampleSource, empty
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import codec
from healthpartner.domains.metrics.samples import store as rows
from healthpartner.domains.metrics.samples.merge import MergeResult, merge
from healthpartner.domains.metrics.samples.store import ChunkRow

_EPOCH_DAY = date(1970, 1, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS_A_STATEMENT = 250
_LARGE = 50_000
_CHUNKS_A_PAGE = 200


class StoreResult(NamedTuple):
    """How many samples were new, changed or known already, and the UTC days on which anything changed."""

    added: int
    replaced: int
    unchanged: int
    days: tuple[date, ...]


class Header(NamedTuple):
    """What is known about a chunk without opening it; instants are starts."""

    day: date
    source_id: int
    source: SampleSource
    samples: int
    first_ms: int
    last_ms: int


class StoredChunk(NamedTuple):
    source_id: int
    source: SampleSource
    batch: SampleBatch


async def store(uow: UnitOfWork, source: SampleSource, batch: SampleBatch) -> StoreResult:
    """Merges samples of one source into what is stored; the newer statement about an instant wins.

    Locks the member until the unit of work ends, so commit soon.
    """
    device = source.device or ""
    _, ids = await rows.claim(uow, source.provider, [device])
    return await put(uow, ids[device], batch)


async def claim(uow: UnitOfWork, provider: str | None, devices: Sequence[str]) -> tuple[str, dict[str, int]]:
    """(provider, source id by device) for `put`, the member locked. No provider means the partner itself."""
    return await rows.claim(uow, provider, devices)


async def put(uow: UnitOfWork, source_id: int, batch: SampleBatch) -> StoreResult:
    """As `store`, for a source that is claimed."""
    days = list(batch.split_by_day())
    found = [
        await _put_days(uow, batch.metric, source_id, days[first : first + _DAYS_A_STATEMENT])
        for first in range(0, len(days), _DAYS_A_STATEMENT)
    ]
    return StoreResult(
        sum(part.added for part in found),
        sum(part.replaced for part in found),
        sum(part.unchanged for part in found),
        tuple(day for part in found for day in part.days),
    )


async def headers(
    uow: UnitOfWork, metric: Metric, start: datetime, end: datetime, provider: str | None = None
) -> tuple[str | None, list[Header]]:
    """(the member's time zone, the chunks that may hold samples of the window, by day and source)."""
    timezone, found = await rows.headers(uow, metric.code, start, end, provider)
    return timezone, [
        Header(
            row["day"], row["source_id"], _source(row), row["n"], epoch_ms(row["first_at"]), epoch_ms(row["last_at"])
        )
        for row in found
    ]


async def open_chunks(uow: UnitOfWork, metric: Metric, wanted: Sequence[Header]) -> list[StoredChunk]:
    """The samples behind headers, in the same order; a chunk that is gone since is empty."""
    if not wanted:
        return []
    data = await rows.chunks(
        uow, metric.code, [header.day for header in wanted], [header.source_id for header in wanted]
    )

    def decoded() -> list[StoredChunk]:
        return [
            StoredChunk(
                header.source_id, header.source, _decoded(metric, data.get((header.source_id, header.day)), header.day)
            )
            for header in wanted
        ]

    large = sum(header.samples for header in wanted) > _LARGE
    return await asyncio.to_thread(decoded) if large else decoded()


async def every_chunk(uow: UnitOfWork) -> AsyncIterator[StoredChunk]:
    """All samples of the member, by metric, day and source, a few at a time."""
    after = (-1, date.min, -1)
    while True:
        page = await rows.of_member(uow, after, _CHUNKS_A_PAGE)
        for row in page:
            metric = METRICS_BY_CODE[row["metric"]]
            yield StoredChunk(row["source_id"], _source(row), _decoded(metric, row["samples"], row["day"]))
        if len(page) < _CHUNKS_A_PAGE:
            return
        after = (page[-1]["metric"], page[-1]["day"], page[-1]["source_id"])


def epoch_ms(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def instant_of(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


async def _put_days(
    uow: UnitOfWork, metric: Metric, source_id: int, days: Sequence[tuple[int, SampleBatch]]
) -> StoreResult:
    dates = {day: _EPOCH_DAY + timedelta(days=day) for day, _ in days}
    stored = await rows.select(uow, metric.code, list(dates.values()), [source_id])

    def merged() -> tuple[list[MergeResult], list[ChunkRow]]:
        results = [merge(_decoded(metric, stored.get((source_id, dates[day])), dates[day]), new) for day, new in days]
        chunks = [
            _chunk(source_id, dates[day], result.batch)
            for (day, _), result in zip(days, results, strict=True)
            if result.changed
        ]
        return results, chunks

    large = sum(len(batch) for _, batch in days) > _LARGE
    results, chunks = await asyncio.to_thread(merged) if large else merged()
    if chunks:
        await rows.put(uow, metric.code, chunks)
    return StoreResult(
        sum(result.added for result in results),
        sum(result.replaced for result in results),
        sum(result.unchanged for result in results),
        tuple(chunk.day for chunk in chunks),
    )


def _chunk(source_id: int, day: date, batch: SampleBatch) -> ChunkRow:
    figures = codec.summary(batch)
    return ChunkRow(
        day,
        source_id,
        figures.samples,
        figures.minimum,
        figures.maximum,
        figures.total,
        instant_of(figures.first_ms),
        instant_of(figures.last_ms),
        codec.encode(batch, (day - _EPOCH_DAY).days),
    )


def _decoded(metric: Metric, data: bytes | None, day: date) -> SampleBatch:
    return empty(metric) if data is None else codec.decode(data, metric, (day - _EPOCH_DAY).days)


def _source(row: Any) -> SampleSource:
    return SampleSource(row["provider"], row["device"] or None)

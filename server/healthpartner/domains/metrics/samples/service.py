"""Samples into and out of storage, in bulk: what imports, syncs and partners' calls all go through."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np

from healthpartner.canonical.instants import date_of, day_of, epoch_ms, instant_of
from healthpartner.canonical.metrics import METRICS_BY_CODE, Metric
from healthpartner.canonical.samples import DAY_MS, SampleBatch, SampleSource, SourcedBatch, concat, empty
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.fusion.parts import measured
from healthpartner.domains.metrics.rollups.rules import rolled
from healthpartner.domains.metrics.samples import codec, daily
from healthpartner.domains.metrics.samples import store as rows
from healthpartner.domains.metrics.samples.merge import MergeResult, merge
from healthpartner.domains.metrics.samples.store import ChunkRow
from healthpartner.domains.metrics.samples.surroundings import Key

__all__ = [
    "Header",
    "StoreResult",
    "StoredChunk",
    "claim",
    "epoch_ms",
    "every_chunk",
    "find",
    "headers",
    "instant_of",
    "open_chunks",
    "put",
    "recount",
    "remove",
    "store",
]

StoredChunk = SourcedBatch
DayBatch = tuple[int, SampleBatch]

_DAYS_A_STATEMENT = 250
# Days further apart are stored and counted by themselves, so that what lies between is not read.
_LONGEST_GAP = 7
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
    gap = _LONGEST_GAP if rolled(batch.metric) else None
    found = [await _put_days(uow, batch.metric, source_id, run) for run in _runs(list(batch.split_by_day()), gap)]
    return StoreResult(
        sum(part.added for part in found),
        sum(part.replaced for part in found),
        sum(part.unchanged for part in found),
        tuple(day for part in found for day in part.days),
    )


async def recount(uow: UnitOfWork, most: int) -> int:
    """Brings daily figures up to date with the clock and the order of sources, about `most`; answers how many."""
    await rows.claim(uow, None, [])
    return await daily.recount(uow, most)


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


async def find(uow: UnitOfWork, metric: Metric, source_id: int, start_ms: int) -> StoredChunk | None:
    """One sample, with its source."""
    row = await rows.chunk(uow, metric.code, date_of(start_ms // DAY_MS), source_id)
    if row is None:
        return None
    batch = _decoded(metric, row["samples"], date_of(start_ms // DAY_MS))
    found = batch.take(batch.start_ms == start_ms)
    return StoredChunk(source_id, _source(row), found) if len(found) else None


async def remove(uow: UnitOfWork, metric: Metric, source_id: int, start_ms: int) -> bool:
    """Removes one sample; whether there was one. The member must be locked."""
    day = start_ms // DAY_MS
    stored = (await rows.select(uow, metric.code, [date_of(day)], [source_id])).get((source_id, date_of(day)))
    before = _decoded(metric, stored, date_of(day))
    gone = before.start_ms == start_ms
    if not gone.any():
        return False
    kept = before.take(~gone)
    if len(kept):
        await rows.put(uow, metric.code, [_chunk(source_id, date_of(day), kept)])
    else:
        await rows.remove(uow, metric.code, date_of(day), source_id)
    target, reach = rolled(metric), daily.reached(before.take(gone))
    if target is not None and reach is not None:
        await daily.count(uow, target, reach, removed=True)
    return True


def _runs(days: list[DayBatch], gap: int | None) -> list[list[DayBatch]]:
    """Days that are stored together: not too many, and without long gaps between them where `gap` says so."""
    runs: list[list[DayBatch]] = []
    for each in days:
        near = runs and (gap is None or each[0] - runs[-1][-1][0] <= gap)
        if near and len(runs[-1]) < _DAYS_A_STATEMENT:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


async def _put_days(uow: UnitOfWork, metric: Metric, source_id: int, days: list[DayBatch]) -> StoreResult:
    target, new = rolled(metric), concat([batch for _, batch in days])
    reach = daily.reached(new)
    if target is None or reach is None:
        stored = await _stored(uow, metric, source_id, [day for day, _ in days])
        return (await _merged(uow, metric, source_id, days, stored)).result
    known = await daily.surroundings(uow, target, reach)
    stored = {day: known.chunks.get((metric.code, day, source_id)) for day, _ in days}
    merged = await _merged(uow, metric, source_id, days, stored)
    counted = daily.lying_on(new, known.order.timezone)
    if merged.written and counted is not None:
        if merged.before is None:
            await daily.count(uow, target, counted, known, merged.written)
        else:
            before = daily.lying_on(merged.before, known.order.timezone)
            await daily.count(uow, target, counted.joined(before), removed=True)
    return merged.result


async def _stored(uow: UnitOfWork, metric: Metric, source_id: int, days: list[int]) -> dict[int, bytes | None]:
    found = await rows.select(uow, metric.code, [date_of(day) for day in days], [source_id])
    return {day: found.get((source_id, date_of(day))) for day in days}


class _Merged(NamedTuple):
    """`before` are samples that have changed, as they were; `written` are whole chunks."""

    result: StoreResult
    before: SampleBatch | None
    written: dict[Key, SampleBatch]


async def _merged(
    uow: UnitOfWork, metric: Metric, source_id: int, days: list[DayBatch], stored: Mapping[int, bytes | None]
) -> _Merged:
    def merge_all() -> tuple[list[MergeResult], list[ChunkRow], list[SampleBatch]]:
        results, chunks, before = [], [], []
        for day, new in days:
            existing = _decoded(metric, stored[day], date_of(day))
            results.append(merge(existing, new))
            if results[-1].changed:
                chunks.append(_chunk(source_id, date_of(day), results[-1].batch))
            if results[-1].replaced:
                before.append(existing.take(np.isin(existing.start_ms, new.start_ms)))
        return results, chunks, before

    large = sum(len(batch) for _, batch in days) > _LARGE
    results, chunks, before = await asyncio.to_thread(merge_all) if large else merge_all()
    if chunks:
        await rows.put(uow, metric.code, chunks)
    result = StoreResult(
        sum(each.added for each in results),
        sum(each.replaced for each in results),
        sum(each.unchanged for each in results),
        tuple(chunk.day for chunk in chunks),
    )
    written = {
        (metric.code, day, source_id): each.batch for (day, _), each in zip(days, results, strict=True) if each.changed
    }
    return _Merged(result, concat(before) if before else None, written)


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
        codec.encode(batch, day_of(day)),
        instant_of(int((batch.start_ms + measured(batch.duration_ms)).max())),
    )


def _decoded(metric: Metric, data: bytes | None, day: date) -> SampleBatch:
    return empty(metric) if data is None else codec.decode(data, metric, day_of(day))


def _source(row: Any) -> SampleSource:
    return SampleSource(row["provider"], row["device"] or None)

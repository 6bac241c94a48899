"""Samples into and out of storage, in bulk: what imports, syncs and partners' calls all go through."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.instants import date_of, day_of, epoch_ms, instant_of
from healthpartner.canonical.metrics import METRICS_BY_CODE, Metric
from healthpartner.canonical.samples import DAY_MS, SampleBatch, SampleSource, SourcedBatch, empty
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.rollups.rules import rolled
from healthpartner.domains.metrics.samples import closed, codec, daily
from healthpartner.domains.metrics.samples import store as rows
from healthpartner.domains.metrics.samples.chunks import ChunkRow, chunk_of
from healthpartner.domains.metrics.samples.closed import gone
from healthpartner.domains.metrics.samples.merge import merge
from healthpartner.domains.metrics.samples.surroundings import Key, joined

__all__ = [
    "Header",
    "StoreResult",
    "StoredChunk",
    "claim",
    "epoch_ms",
    "every_chunk",
    "find",
    "gone",
    "headers",
    "instant_of",
    "open_chunks",
    "put",
    "put_admitted",
    "put_many",
    "recount",
    "remove",
    "store",
    "store_many",
]

StoredChunk = SourcedBatch

_DAYS_A_STATEMENT = 250
# Days further apart are stored and counted by themselves, so that what lies between is not read.
_LONGEST_GAP = 7
_LARGE = 50_000
_CHUNKS_A_PAGE = 200


class StoreResult(NamedTuple):
    """How many samples were new, changed or known already, and the UTC days on which anything changed.

    `refused` ones are for days that retention has closed.
    """

    added: int
    replaced: int
    unchanged: int
    days: tuple[date, ...]
    refused: int = 0


class Header(NamedTuple):
    """What is known about a chunk without opening it; instants are starts. `data` is there where it has come along."""

    day: date
    source_id: int
    source: SampleSource
    samples: int
    first_ms: int
    last_ms: int
    data: bytes | None = None


async def store(uow: UnitOfWork, source: SampleSource, batch: SampleBatch) -> StoreResult:
    """Merges samples of one source into what is stored; the newer statement about an instant wins.

    Locks the member until the unit of work ends, so commit soon.
    """
    (result,) = await store_many(uow, [(source, batch)])
    return result


async def store_many(uow: UnitOfWork, arriving: Sequence[tuple[SampleSource, SampleBatch]]) -> list[StoreResult]:
    """As `store`, for samples of several sources and metrics."""
    devices: dict[str, set[str]] = {}
    for source, _ in arriving:
        devices.setdefault(source.provider, set()).add(source.device or "")
    ids = {provider: (await rows.claim(uow, provider, sorted(devices[provider])))[1] for provider in sorted(devices)}
    return await put_many(uow, [(ids[source.provider][source.device or ""], batch) for source, batch in arriving])


async def claim(uow: UnitOfWork, provider: str | None, devices: Sequence[str]) -> tuple[str, dict[str, int]]:
    """(provider, source id by device) for `put`, the member locked. No provider means the partner itself."""
    return await rows.claim(uow, provider, devices)


async def put(uow: UnitOfWork, source_id: int, batch: SampleBatch) -> StoreResult:
    """As `store`, for a source that is claimed."""
    (result,) = await put_many(uow, [(source_id, batch)])
    return result


async def put_many(uow: UnitOfWork, arriving: Sequence[tuple[int, SampleBatch]]) -> list[StoreResult]:
    """As `put`, for samples of several sources and metrics: each day's figure is counted once for all of them."""
    taken = [(source_id, *await _admitted(uow, source_id, batch)) for source_id, batch in arriving]
    found = await put_admitted(uow, [(source_id, batch) for source_id, batch, _ in taken])
    return [result._replace(refused=refused) for result, (_, _, refused) in zip(found, taken, strict=True)]


async def put_admitted(uow: UnitOfWork, arriving: Sequence[tuple[int, SampleBatch]]) -> list[StoreResult]:
    """As `put_many`, of what `closed.refused` has let through, the member locked since before."""
    found = await _put_all(uow, arriving)
    await closed.note_late(uow, [batch for _, batch in arriving])
    return found


async def _admitted(uow: UnitOfWork, source_id: int, batch: SampleBatch) -> tuple[SampleBatch, int]:
    """(what is taken in, how many are not)."""
    refused = await closed.refused(uow, batch, source_id)
    if refused is None:
        return batch, 0
    return batch.take(~refused.any), int(refused.any.sum())


async def _put_all(uow: UnitOfWork, arriving: Sequence[tuple[int, SampleBatch]]) -> list[StoreResult]:
    together: dict[Metric, list[int]] = {}
    for place, (_, batch) in enumerate(arriving):
        together.setdefault(rolled(batch.metric) or batch.metric, []).append(place)
    found: list[list[_Became]] = [[] for _ in arriving]
    for metric, places in together.items():
        target = rolled(metric)
        days = [each for place in places for each in _by_day(place, *arriving[place])]
        for run in _runs(sorted(days, key=lambda each: each.day), None if target is None else _LONGEST_GAP):
            for each, became in zip(run, await _put_run(uow, target, run), strict=True):
                found[each.place].append(became)
    return [_result(each) for each in found]


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
            row["day"],
            row["source_id"],
            _source(row),
            row["n"],
            epoch_ms(row["first_at"]),
            epoch_ms(row["last_at"]),
            row["samples"],
        )
        for row in found
    ]


async def open_chunks(uow: UnitOfWork, metric: Metric, wanted: Sequence[Header]) -> list[StoredChunk]:
    """The samples behind headers, in the same order; a chunk that is gone since is empty."""
    missing = [header for header in wanted if header.data is None]
    found = {(header.source_id, header.day): header.data for header in wanted if header.data is not None}
    if missing:
        days, source_ids = [header.day for header in missing], [header.source_id for header in missing]
        found |= await rows.chunks(uow, metric.code, days, source_ids)

    def decoded() -> list[StoredChunk]:
        return [
            StoredChunk(
                header.source_id, header.source, _decoded(metric, found.get((header.source_id, header.day)), header.day)
            )
            for header in wanted
        ]

    large = sum(header.samples for header in wanted) > _LARGE
    return await asyncio.to_thread(decoded) if large else decoded()


async def every_chunk(uow: UnitOfWork) -> AsyncIterator[StoredChunk]:
    """All samples of the member, by metric, day and source, a few at a time."""
    at: tuple[int, date] | None = (-1, date.min)
    while at is not None:
        page, at = await rows.of_member(uow, at, _CHUNKS_A_PAGE)
        for row in page:
            metric = METRICS_BY_CODE[row["metric"]]
            yield StoredChunk(row["source_id"], _source(row), _decoded(metric, row["samples"], row["day"]))


async def find(uow: UnitOfWork, metric: Metric, source_id: int, start_ms: int) -> StoredChunk | None:
    """One sample, with its source."""
    row = await rows.chunk(uow, metric.code, date_of(start_ms // DAY_MS), source_id)
    if row is None:
        return None
    batch = _decoded(metric, row["samples"], date_of(start_ms // DAY_MS))
    found = batch.take(_is_sample(batch, start_ms))
    return StoredChunk(source_id, _source(row), found) if len(found) else None


async def remove(uow: UnitOfWork, metric: Metric, source_id: int, start_ms: int) -> bool:
    """Removes one sample; whether there was one. The member must be locked."""
    day = start_ms // DAY_MS
    stored = (await rows.select(uow, metric.code, [date_of(day)], [source_id])).get((source_id, date_of(day)))
    before = _decoded(metric, stored, date_of(day))
    gone = _is_sample(before, start_ms)
    if not gone.any():
        return False
    kept = before.take(~gone)
    if len(kept):
        await rows.put(uow, metric.code, [chunk_of(source_id, date_of(day), kept)])
    else:
        await rows.remove(uow, metric.code, date_of(day), source_id)
    target, reach = rolled(metric), daily.reached(before.take(gone))
    if target is not None and reach is not None:
        await daily.count(uow, target, reach, removed=True)
    return True


def _is_sample(batch: SampleBatch, start_ms: int) -> NDArray[np.bool_]:
    """A span of a thinned day is no entry of its own."""
    found: NDArray[np.bool_] = batch.start_ms == start_ms
    return found if batch.thinned is None else found & (batch.thinned.samples == 0)


class _Arrived(NamedTuple):
    """What has come for one chunk; `place` is that of its batch."""

    place: int
    source_id: int
    day: int
    batch: SampleBatch

    @property
    def key(self) -> Key:
        return self.batch.metric.code, self.day, self.source_id


def _by_day(place: int, source_id: int, batch: SampleBatch) -> Iterator[_Arrived]:
    for day, part in batch.split_by_day():
        yield _Arrived(place, source_id, day, part)


class _Became(NamedTuple):
    day: date
    added: int
    replaced: int
    unchanged: int


class _Merged(NamedTuple):
    """`before` are samples that have changed, as they were; `written` are whole chunks."""

    became: list[_Became]
    before: list[SampleBatch]
    written: dict[Key, SampleBatch]
    chunks: dict[int, list[ChunkRow]]


def _result(became: Sequence[_Became]) -> StoreResult:
    return StoreResult(
        sum(each.added for each in became),
        sum(each.replaced for each in became),
        sum(each.unchanged for each in became),
        tuple(each.day for each in became if each.added or each.replaced),
    )


def _runs(days: list[_Arrived], gap: int | None) -> list[list[_Arrived]]:
    """Days that are stored together: not too many, and without long gaps between them where `gap` says so."""
    runs: list[list[_Arrived]] = []
    for each in days:
        near = runs and (gap is None or each.day - runs[-1][-1].day <= gap)
        if near and len(runs[-1]) < _DAYS_A_STATEMENT:
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


async def _put_run(uow: UnitOfWork, target: Metric | None, run: list[_Arrived]) -> list[_Became]:
    """All of one target, or of one metric without one."""
    new = None if target is None else joined(target, [each.batch for each in run])
    reach = None if new is None else daily.reached(new)
    if target is None or new is None or reach is None:
        return (await _merged(uow, run, await _stored(uow, run))).became
    known = await daily.surroundings(uow, target, reach)
    merged = await _merged(uow, run, known.chunks)
    counted = daily.lying_on(new, known.order.timezone)
    if merged.written and counted is not None:
        if merged.before:
            before = daily.lying_on(joined(target, merged.before), known.order.timezone)
            await daily.count(uow, target, counted.joined(before), removed=True)
        else:
            await daily.count(uow, target, counted, known, merged.written)
    return merged.became


async def _stored(uow: UnitOfWork, run: list[_Arrived]) -> dict[Key, bytes]:
    code = run[0].batch.metric.code
    days, source_ids = {date_of(each.day) for each in run}, {each.source_id for each in run}
    found = await rows.select(uow, code, sorted(days), sorted(source_ids))
    return {(code, day_of(day), source_id): data for (source_id, day), data in found.items()}


async def _merged(uow: UnitOfWork, run: list[_Arrived], stored: Mapping[Key, bytes]) -> _Merged:
    large = sum(len(each.batch) for each in run) > _LARGE
    merged = await asyncio.to_thread(_merge, run, stored) if large else _merge(run, stored)
    for code, chunks in merged.chunks.items():
        await rows.put(uow, code, chunks)
    return merged


def _merge(run: list[_Arrived], stored: Mapping[Key, bytes]) -> _Merged:
    merged = _Merged([], [], {}, {})
    for each in run:
        day = date_of(each.day)
        existing = merged.written.get(each.key)
        if existing is None:
            existing = _decoded(each.batch.metric, stored.get(each.key), day)
        result = merge(existing, each.batch)
        merged.became.append(_Became(day, result.added, result.replaced, result.unchanged))
        if result.changed:
            merged.written[each.key] = result.batch
        if result.replaced:
            merged.before.append(existing.take(np.isin(existing.start_ms, each.batch.start_ms)))
    for (code, number, source_id), batch in merged.written.items():
        merged.chunks.setdefault(code, []).append(chunk_of(source_id, date_of(number), batch))
    return merged


def _decoded(metric: Metric, data: bytes | None, day: date) -> SampleBatch:
    return empty(metric) if data is None else codec.decode(data, metric, day_of(day))


def _source(row: Any) -> SampleSource:
    return SampleSource(row["provider"], row["device"] or None)

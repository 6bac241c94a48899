"""Samples as they were sent, a page at a time: only the days that hold the page are opened."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import UNKNOWN_OFFSET, SampleBatch, concat, empty, parse_sample_id, sample_id
from healthpartner.canonical.units import original
from healthpartner.core.errors import invalid
from healthpartner.core.pagination import PageRequest, Pagination, encode_cursor
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.service import Header, StoredChunk
from healthpartner.domains.metrics.timeseries.rows import series_fields, values
from healthpartner.domains.metrics.timeseries.schemas import TimeseriesRow
from healthpartner.domains.metrics.timeseries.window import Query

Position = tuple[int, int]


class _Span(NamedTuple):
    """From (start in ms, source id) inclusive to before an instant."""

    first: Position
    end_ms: int

    def whole(self, header: Header) -> bool:
        return (header.first_ms, header.source_id) >= self.first and header.last_ms < self.end_ms

    def cut(self, chunk: StoredChunk) -> StoredChunk:
        """The part of a chunk within."""
        start_ms, source_id = self.first
        side = "left" if chunk.source_id >= source_id else "right"
        first, last = (
            int(np.searchsorted(chunk.batch.start_ms, start_ms, side=side)),  # type: ignore[call-overload]
            int(np.searchsorted(chunk.batch.start_ms, self.end_ms)),
        )
        return chunk._replace(batch=chunk.batch.take(slice(first, max(first, last))))


async def read(uow: UnitOfWork, metric: Metric, wanted: Query) -> tuple[list[TimeseriesRow], Pagination]:
    """Rows by start, then source."""
    _, headers = await samples.headers(uow, metric, wanted.start, wanted.end, wanted.provider)
    window = _Span((samples.epoch_ms(wanted.start), 0), samples.epoch_ms(wanted.end))
    rest = _Span(_after(wanted.page, window.first), window.end_ms)
    opened = _Opened(uow, metric)
    await opened.open([header for header in headers if not (window.whole(header) and rest.whole(header))])
    total = sum(opened.count(header, window) for header in headers)
    by_day: dict[date, int] = {}
    for header in headers:
        by_day[header.day] = by_day.get(header.day, 0) + opened.count(header, rest)
    days, skipped = _days_of_page(by_day, wanted.page)
    chunks = await opened.open([header for header in headers if header.day in days])
    found = _ordered(metric, [rest.cut(chunk) for chunk in chunks], skipped, wanted.page.limit + 1)
    shown = _rows(metric, found)[: wanted.page.limit]
    cursor = found.cursor(metric, len(shown) - 1) if len(found.batch) > len(shown) else None
    return shown, Pagination(wanted.page.limit, wanted.page.offset, total, cursor)


class _Opened:
    """Chunks that one read has opened, each once."""

    def __init__(self, uow: UnitOfWork, metric: Metric) -> None:
        self._uow = uow
        self._metric = metric
        self._chunks: dict[tuple[date, int], StoredChunk] = {}

    async def open(self, headers: Sequence[Header]) -> list[StoredChunk]:
        missing = [header for header in headers if header[:2] not in self._chunks]
        for header, chunk in zip(missing, await samples.open_chunks(self._uow, self._metric, missing), strict=True):
            self._chunks[header.day, header.source_id] = chunk
        return [self._chunks[header.day, header.source_id] for header in headers]

    def count(self, header: Header, span: _Span) -> int:
        if span.whole(header):
            return header.samples
        return len(span.cut(self._chunks[header.day, header.source_id]).batch)


def _after(page: PageRequest, first: Position) -> Position:
    """The position behind the cursor's row."""
    if page.after is None:
        return first
    known = parse_sample_id(page.after[1])
    if known is None:
        raise invalid("cursor", "invalid_value", "this cursor was not made by this list")
    return max(first, (known[2], known[1] + 1))


def _days_of_page(by_day: dict[date, int], page: PageRequest) -> tuple[set[date], int]:
    """(the days that hold the page and one row more, rows of the first of them to pass over)."""
    days: set[date] = set()
    passed, skipped = 0, 0
    for day in sorted(by_day):
        before, passed = passed, passed + by_day[day]
        if passed <= page.offset:
            continue
        if not days:
            skipped = page.offset - before
        days.add(day)
        if passed > page.offset + page.limit:
            break
    return days, skipped


class _Ordered(NamedTuple):
    """Samples in the order of rows, and the chunk that each is from."""

    batch: SampleBatch
    chunks: list[StoredChunk]

    def cursor(self, metric: Metric, at: int) -> str:
        start_ms = int(self.batch.start_ms[at])
        return encode_cursor(
            (samples.instant_of(start_ms), sample_id(metric.code, self.chunks[at].source_id, start_ms))
        )


def rows_of(metric: Metric, chunks: Sequence[StoredChunk], skipped: int, limit: int) -> list[TimeseriesRow]:
    return _rows(metric, _ordered(metric, chunks, skipped, limit))


def _ordered(metric: Metric, chunks: Sequence[StoredChunk], skipped: int, limit: int) -> _Ordered:
    if not chunks:
        return _Ordered(empty(metric), [])
    batch = concat([chunk.batch for chunk in chunks])
    owner = np.repeat(np.arange(len(chunks)), [len(chunk.batch) for chunk in chunks])
    source_ids = np.array([chunk.source_id for chunk in chunks])
    order = np.lexsort((source_ids[owner], batch.start_ms))[skipped : skipped + limit]
    return _Ordered(batch.take(order), [chunks[at] for at in owner[order].tolist()])


def _rows(metric: Metric, found: _Ordered) -> list[TimeseriesRow]:
    page = found.batch
    return [
        TimeseriesRow(
            start=samples.instant_of(start_ms),
            end=samples.instant_of(start_ms + duration_ms),
            unit=metric.unit,
            provider=chunk.source.provider,
            **_known_by(metric, chunk.source_id, start_ms, stands_for),
            **series_fields(chunk.source.device),
            **_offset(offset),
            **original(metric, unit, value),
            **numbers,
        )
        for start_ms, duration_ms, offset, chunk, numbers, unit, value, stands_for in zip(
            page.start_ms.tolist(),
            page.duration_ms.tolist(),
            page.offset_minutes.tolist(),
            found.chunks,
            values(metric, page.value, page.second),
            [0] * len(page) if page.unit is None else page.unit.tolist(),
            page.value.tolist(),
            [0] * len(page) if page.thinned is None else page.thinned.samples.tolist(),
            strict=True,
        )
    ]


def _known_by(metric: Metric, source_id: int, start_ms: int, stands_for: int) -> dict[str, Any]:
    """A sample has an id, a span of a thinned day the number of samples that it stands for."""
    return {"samples": stands_for} if stands_for else {"sample_id": sample_id(metric.code, source_id, start_ms)}


def _offset(minutes: int) -> dict[str, Any]:
    return {} if minutes == UNKNOWN_OFFSET else {"timezone_offset_minutes": minutes}

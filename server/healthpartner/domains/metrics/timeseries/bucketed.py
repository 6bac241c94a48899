"""Samples summed, averaged or picked by spans of time or by local days, over all sources without counting twice."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import DAY_MS, Int64s, SampleBatch, concat
from healthpartner.core.pagination import PageRequest, Pagination, encode_cursor
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import WIDTHS, Buckets, group, local_days
from healthpartner.domains.metrics.samples.service import StoredChunk
from healthpartner.domains.metrics.timeseries.local_time import with_offsets
from healthpartner.domains.metrics.timeseries.overlaps import without_overlaps
from healthpartner.domains.metrics.timeseries.rows import values
from healthpartner.domains.metrics.timeseries.schemas import TimeseriesRow
from healthpartner.domains.metrics.timeseries.window import Query

_EPOCH_DAY = date(1970, 1, 1)
_MS_PER_MINUTE = 60_000
_NO_ID = UUID(int=0)


class _Merged(NamedTuple):
    """What counts of all sources, by start; `codes` index `names`, where there is more than one."""

    batch: SampleBatch
    names: list[str]
    codes: NDArray[np.intp] | None


class _Spans(NamedTuple):
    """Buckets with what their rows need beside the aggregate, arrays of one length; `keys` in milliseconds."""

    buckets: Buckets
    start_ms: Int64s
    end_ms: Int64s
    providers: list[str | None]


async def read(uow: UnitOfWork, metric: Metric, wanted: Query) -> tuple[list[TimeseriesRow], Pagination]:
    """Spans that hold samples, ascending. A day is the member's local one where the sample was taken."""
    timezone, headers = await samples.headers(uow, metric, wanted.start, wanted.end, wanted.provider)
    chunks = await samples.open_chunks(uow, metric, headers)
    start_ms, end_ms = samples.epoch_ms(wanted.start), samples.epoch_ms(wanted.end)
    counted = without_overlaps(_by_source(chunks, start_ms, end_ms), start_ms, end_ms)
    if not any(len(each.batch) for each in counted):
        return [], Pagination(wanted.page.limit, wanted.page.offset, 0)
    daily = wanted.granularity == "one_day"
    merged = _merged(counted)
    spans = _days(merged, timezone) if daily else _spans(merged, WIDTHS[wanted.granularity])
    return _page(metric, spans, wanted.page, daily=daily)


def _by_source(chunks: Sequence[StoredChunk], start_ms: int, end_ms: int) -> list[StoredChunk]:
    """One chunk for each source, cut to the window; chunks come by day."""
    parts: dict[int, list[StoredChunk]] = {}
    for chunk in chunks:
        parts.setdefault(chunk.source_id, []).append(chunk)
    whole = [each[0]._replace(batch=concat([part.batch for part in each])) for each in parts.values()]
    return [each._replace(batch=_cut(each.batch, start_ms, end_ms)) for each in whole]


def _cut(batch: SampleBatch, start_ms: int, end_ms: int) -> SampleBatch:
    first, last = np.searchsorted(batch.start_ms, [start_ms, end_ms]).tolist()
    return batch.take(slice(first, last))


def _merged(counted: Sequence[StoredChunk]) -> _Merged:
    names = sorted({each.source.provider for each in counted})
    if len(counted) == 1:
        return _Merged(counted[0].batch, names, None)
    batch = concat([each.batch for each in counted])
    # Few sorted runs, one after the other: what a stable sort is quick at.
    order = np.argsort(batch.start_ms, kind="stable")
    codes = np.repeat([names.index(each.source.provider) for each in counted], [len(each.batch) for each in counted])
    return _Merged(batch.take(order), names, codes[order] if len(names) > 1 else None)


def _spans(merged: _Merged, width_ms: int) -> _Spans:
    batch = merged.batch
    keys = batch.start_ms // width_ms * width_ms
    buckets = group(batch, keys, batch.metric.aggregation)
    return _Spans(buckets, buckets.keys, buckets.keys + width_ms, _providers(merged, keys, len(buckets.keys)))


def _days(merged: _Merged, timezone: str | None) -> _Spans:
    """From local midnight to local midnight, by the clocks of the day's first and last sample."""
    batch = with_offsets(merged.batch, timezone)
    keys = local_days(batch) * DAY_MS
    buckets = group(batch, keys, batch.metric.aggregation)
    order = np.argsort(keys, kind="stable")
    ends = np.cumsum(buckets.counts)
    shift = batch.offset_minutes[order].astype(np.int64) * _MS_PER_MINUTE
    start_ms = buckets.keys - shift[ends - buckets.counts]
    end_ms = buckets.keys + DAY_MS - shift[ends - 1]
    return _Spans(buckets, start_ms, end_ms, _providers(merged, keys, len(buckets.keys)))


def _providers(merged: _Merged, keys: Int64s, count: int) -> list[str | None]:
    """The one provider behind each span, None where there are several."""
    names = merged.names
    if merged.codes is None:
        return [names[0]] * count
    order = np.argsort(keys, kind="stable")
    firsts = np.concatenate(([0], np.flatnonzero(np.diff(keys[order])) + 1))
    lowest = np.minimum.reduceat(merged.codes[order], firsts).tolist()
    highest = np.maximum.reduceat(merged.codes[order], firsts).tolist()
    return [names[low] if low == high else None for low, high in zip(lowest, highest, strict=True)]


def _page(metric: Metric, spans: _Spans, page: PageRequest, *, daily: bool) -> tuple[list[TimeseriesRow], Pagination]:
    buckets = spans.buckets
    total = len(buckets.keys)
    seen = 0 if page.after is None else int(np.searchsorted(buckets.keys, samples.epoch_ms(page.after[0]), "right"))
    first = min(seen + page.offset, total)
    last = min(first + page.limit, total)
    second = None if buckets.seconds is None else buckets.seconds[first:last]
    numbers = values(metric, buckets.values[first:last], second)
    rows = [
        TimeseriesRow(
            start=samples.instant_of(int(spans.start_ms[at])),
            end=samples.instant_of(int(spans.end_ms[at])),
            unit=metric.unit,
            provider=spans.providers[at],
            samples=int(buckets.counts[at]),
            date=_EPOCH_DAY + timedelta(days=int(buckets.keys[at]) // DAY_MS) if daily else UNSET,
            **numbers[at - first],
        )
        for at in range(first, last)
    ]
    cursor = encode_cursor((samples.instant_of(int(buckets.keys[last - 1])), _NO_ID)) if last < total and rows else None
    return rows, Pagination(page.limit, page.offset, total, cursor)

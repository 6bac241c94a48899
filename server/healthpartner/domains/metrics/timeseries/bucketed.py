"""Samples summed, averaged or picked by spans of time or by local days, over all sources without counting twice."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import DAY_MS, Float64s, Int64s, SampleBatch, concat
from healthpartner.core.pagination import PageRequest, Pagination, encode_cursor
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.fusion.fusing import Fused, fuse
from healthpartner.domains.metrics.fusion.parts import Parts, joined_parts
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import WIDTHS, Buckets, group
from healthpartner.domains.metrics.samples.surroundings import around
from healthpartner.domains.metrics.timeseries.rows import values
from healthpartner.domains.metrics.timeseries.schemas import TimeseriesRow
from healthpartner.domains.metrics.timeseries.window import Query

_EPOCH_DAY = date(1970, 1, 1)
# What decides on the sums of a day lies within it, whatever the clock says.
_MARGIN_MS = 2 * DAY_MS
_NO_ID = UUID(int=0)


class _Merged(NamedTuple):
    """What counts of all sources, by start; `codes` index `names`, where there is more than one.

    `share` is None where all of everything counts.
    """

    batch: SampleBatch
    parts: Parts
    share: Float64s | None
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
    start_ms, end_ms = samples.epoch_ms(wanted.start), samples.epoch_ms(wanted.end)
    margin = _MARGIN_MS if metric.aggregation == "sum" else 0
    span = (start_ms - margin, end_ms + margin)
    found = await around(uow, [metric.code], metric, span, wanted.provider)
    fused = fuse(metric, await found.series(metric), found.order)
    merged = _merged([each for each in (_counting(each, start_ms, end_ms) for each in fused) if len(each.share)])
    if merged is None:
        return [], Pagination(wanted.page.limit, wanted.page.offset, 0)
    daily = wanted.granularity == "one_day"
    spans = _days(merged) if daily else _spans(merged, WIDTHS[wanted.granularity])
    return _page(metric, spans, wanted.page, daily=daily)


class _Counting(NamedTuple):
    """Of one source, what counts within the window."""

    provider: str
    batch: SampleBatch
    parts: Parts
    share: Float64s


def _counting(fused: Fused, start_ms: int, end_ms: int) -> _Counting:
    first, last = np.searchsorted(fused.parts.start_ms, [start_ms, end_ms]).tolist()
    index: slice | NDArray[np.intp] = slice(first, last)
    if not (fused.counted[index] > 0).all():
        index = first + np.flatnonzero(fused.counted[index] > 0)
    parts, share = fused.parts.take(index), fused.counted[index]
    # With two components a part is a whole sample; with one it may be a piece.
    batch = fused.clocked.batch
    batch = _as_batch(batch.metric, parts) if batch.second is None else batch.take(index)
    return _Counting(fused.source.provider, batch, parts, share)


def _as_batch(metric: Metric, parts: Parts) -> SampleBatch:
    offsets = np.zeros(len(parts.value), np.int16)
    return SampleBatch(metric, parts.start_ms, parts.end_ms - parts.start_ms, parts.value, None, offsets)


def _merged(counting: Sequence[_Counting]) -> _Merged | None:
    if not counting:
        return None
    names = sorted({each.provider for each in counting})
    share = np.concatenate([each.share for each in counting])
    partial = None if (share == 1).all() else share
    if len(counting) == 1:
        return _Merged(counting[0].batch, counting[0].parts, partial, names, None)
    batch = concat([each.batch for each in counting])
    # Few sorted runs, one after the other: what a stable sort is quick at.
    order = np.argsort(batch.start_ms, kind="stable")
    codes = np.repeat([names.index(each.provider) for each in counting], [len(each.batch) for each in counting])
    return _Merged(
        batch.take(order),
        joined_parts([each.parts for each in counting]).take(order),
        None if partial is None else partial[order],
        names,
        codes[order] if len(names) > 1 else None,
    )


def _spans(merged: _Merged, width_ms: int) -> _Spans:
    batch = merged.batch
    keys = batch.start_ms // width_ms * width_ms
    buckets = group(batch, keys, batch.metric.aggregation, merged.share)
    return _Spans(buckets, buckets.keys, buckets.keys + width_ms, _providers(merged, keys, len(buckets.keys)))


def _days(merged: _Merged) -> _Spans:
    """From local midnight to local midnight, by the clocks of the day's first and last sample."""
    keys = merged.parts.day * DAY_MS
    buckets = group(merged.batch, keys, merged.batch.metric.aggregation, merged.share)
    ends = np.cumsum(buckets.counts)
    shift = merged.parts.shift_ms[np.argsort(keys, kind="stable")]
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

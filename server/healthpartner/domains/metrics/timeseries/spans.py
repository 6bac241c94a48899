"""Samples by spans of time or by local days, over all sources without counting twice."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import DAY_MS, Float64s, Int64s, SampleBatch, concat
from healthpartner.domains.metrics.fusion.fusing import Fused, fuse
from healthpartner.domains.metrics.fusion.parts import Parts, joined_parts
from healthpartner.domains.metrics.samples.buckets import Buckets, group, group_chunks
from healthpartner.domains.metrics.samples.surroundings import Surroundings

# Epoch milliseconds; the end is not in it.
WindowMs = tuple[int, int]


class Spans(NamedTuple):
    """Buckets with what their rows need beside the aggregate, arrays of one length; keys are in milliseconds.

    `origins` are the first and the last of the `names` behind each, None where there is but one name.
    """

    buckets: Buckets
    start_ms: Int64s
    end_ms: Int64s
    names: list[str]
    origins: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None

    def take(self, index: NDArray[np.bool_]) -> "Spans":
        keys, values, seconds, counts = self.buckets
        return Spans(
            Buckets(keys[index], values[index], None if seconds is None else seconds[index], counts[index]),
            self.start_ms[index],
            self.end_ms[index],
            self.names,
            None if self.origins is None else (self.origins[0][index], self.origins[1][index]),
        )

    def providers(self, shown: slice) -> Iterable[str | None]:
        """The one provider behind each span, None where there are several."""
        if self.origins is None:
            return repeat(self.names[0])
        lowest, highest = (each[shown].tolist() for each in self.origins)
        return [self.names[low] if low == high else None for low, high in zip(lowest, highest, strict=True)]


async def spans_of(found: Surroundings, metric: Metric, window_ms: WindowMs, width_ms: int) -> Spans | None:
    """Spans of one width that hold samples of the window; None without any."""
    # With nobody to be fused with, samples that are not summed count by their starts alone, whatever the clock says.
    plain = found.lone is not None and not found.thinned
    if plain and metric.aggregation != "sum":
        return await found.opened_by(lambda: _spans_of_one(found, metric, window_ms, width_ms))
    fused = fuse(metric, await found.series(metric), found.order)
    merged = _merged([each for each in (_counting(each, window_ms) for each in fused) if len(each.share)])
    return None if merged is None else _spans(merged, width_ms)


def days_of(fused: Sequence[Fused]) -> Spans | None:
    """Local days that hold samples; None without any."""
    merged = _merged([each for each in (_counting(each, None) for each in fused) if len(each.share)])
    return None if merged is None else _days(merged)


class _Merged(NamedTuple):
    """What counts of all sources, by start; `codes` index `names`, where there is more than one.

    `share` is None where all of everything counts, `samples` where each stands for itself.
    """

    batch: SampleBatch
    parts: Parts
    share: Float64s | None
    names: list[str]
    codes: NDArray[np.intp] | None
    samples: Int64s | None


def _spans_of_one(found: Surroundings, metric: Metric, window_ms: WindowMs, width_ms: int) -> Spans | None:
    """No span reaches from one chunk into the next: both lie within UTC days."""
    cut = (each.take(slice(*np.searchsorted(each.start_ms, window_ms).tolist())) for each in found.batches())
    batches = [each for each in cut if len(each)]
    if not batches or found.lone is None:
        return None
    buckets = group_chunks(batches, width_ms, metric.aggregation)
    return Spans(buckets, buckets.keys, buckets.keys + width_ms, [found.lone.provider])


class _Counting(NamedTuple):
    """Of one source, what counts within the window, or in all."""

    provider: str
    batch: SampleBatch
    parts: Parts
    share: Float64s
    samples: Int64s | None


def _counting(fused: Fused, window_ms: WindowMs | None) -> _Counting:
    first, last = 0, len(fused.counted)
    if window_ms is not None:
        first, last = np.searchsorted(fused.parts.start_ms, window_ms).tolist()
    index: slice | NDArray[np.intp] = slice(first, last)
    if not (fused.counted[index] > 0).all():
        index = first + np.flatnonzero(fused.counted[index] > 0)
    parts, share = fused.parts.take(index), fused.counted[index]
    # With two components a part is a whole sample; with one it may be a piece.
    batch = fused.clocked.batch
    batch = _as_batch(batch.metric, parts) if batch.second is None else batch.take(index)
    samples = None if fused.samples is None else fused.samples[index]
    return _Counting(fused.source.provider, batch, parts, share, samples)


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
        return _Merged(counting[0].batch, counting[0].parts, partial, names, None, counting[0].samples)
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
        _samples(counting, order),
    )


def _samples(counting: Sequence[_Counting], order: NDArray[np.intp]) -> Int64s | None:
    if all(each.samples is None for each in counting):
        return None
    told = [np.ones(len(each.share), np.int64) if each.samples is None else each.samples for each in counting]
    return np.concatenate(told)[order]


def _spans(merged: _Merged, width_ms: int) -> Spans:
    batch = merged.batch
    keys = batch.start_ms // width_ms * width_ms
    buckets = _counted(merged, keys, group(batch, keys, batch.metric.aggregation, merged.share))
    return Spans(buckets, buckets.keys, buckets.keys + width_ms, merged.names, _origins(merged, keys))


def _days(merged: _Merged) -> Spans:
    """From local midnight to local midnight, by the clocks of the day's first and last sample."""
    keys = merged.parts.day * DAY_MS
    buckets = group(merged.batch, keys, merged.batch.metric.aggregation, merged.share)
    ends = np.cumsum(buckets.counts)
    shift = merged.parts.shift_ms[np.argsort(keys, kind="stable")]
    start_ms = buckets.keys - shift[ends - buckets.counts]
    end_ms = buckets.keys + DAY_MS - shift[ends - 1]
    return Spans(_counted(merged, keys, buckets), start_ms, end_ms, merged.names, _origins(merged, keys))


def _counted(merged: _Merged, keys: Int64s, buckets: Buckets) -> Buckets:
    """With the samples that were there before days were thinned."""
    if merged.samples is None:
        return buckets
    order = np.argsort(keys, kind="stable")
    firsts = np.cumsum(buckets.counts) - buckets.counts
    return buckets._replace(counts=np.add.reduceat(merged.samples[order], firsts))


def _origins(merged: _Merged, keys: Int64s) -> tuple[NDArray[np.intp], NDArray[np.intp]] | None:
    if merged.codes is None:
        return None
    order = np.argsort(keys, kind="stable")
    firsts = np.concatenate(([0], np.flatnonzero(np.diff(keys[order])) + 1))
    codes = merged.codes[order]
    return np.minimum.reduceat(codes, firsts), np.maximum.reduceat(codes, firsts)

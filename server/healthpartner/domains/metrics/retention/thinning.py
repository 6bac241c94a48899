"""Days of samples become spans that answer the same at their own width and at every coarser one. Arrays in, arrays out.

What is kept of each source is what counted when all were fused; a span lies within one UTC day and one local day.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.samples import DAY_MS, Float64s, Int64s, SampleBatch, Thinned, concat
from healthpartner.domains.metrics.fusion.clocks import MS_PER_MINUTE
from healthpartner.domains.metrics.fusion.fusing import Fused
from healthpartner.domains.metrics.fusion.parts import split_rows
from healthpartner.domains.metrics.samples.codec import rounded_totals


class _Parts(NamedTuple):
    """Parts that count, by start; `sample` says which belong together, `reaches` which of them beyond the days."""

    start_ms: Int64s
    end_ms: Int64s
    value: Float64s
    second: Float64s | None
    day: Int64s
    shift_ms: Int64s
    weight: Float64s
    samples: Int64s
    sample: Int64s
    sample_end_ms: Int64s
    reaches: NDArray[np.bool_]

    def take(self, index: NDArray[np.bool_] | NDArray[np.intp]) -> "_Parts":
        return _Parts(*(None if column is None else column[index] for column in self))  # type: ignore[arg-type]


def thin(
    metric: Metric, fused: Sequence[Fused], timezone: str | None, width_ms: int, first: int, end: int
) -> dict[int, SampleBatch]:
    """For each source that counts, its spans in the UTC days from `first` to before `end`, by start.

    A sample that is split at a midnight beyond the last of them stays as it is, weighed by what of it counts.
    """
    found: dict[int, list[_Parts]] = {}
    for each in fused:
        parts = _counting(metric, each, timezone, first * DAY_MS, end * DAY_MS)
        if len(parts.value):
            found.setdefault(each.source_id, []).append(parts)
    return {source_id: _thinned(metric, parts, width_ms) for source_id, parts in found.items()}


def _counting(metric: Metric, fused: Fused, timezone: str | None, first_ms: int, end_ms: int) -> _Parts:
    parts, batch = fused.parts, fused.clocked.batch
    rows = np.arange(len(batch))
    if metric.aggregation == "sum":
        rows = split_rows(fused.clocked, timezone)[1]
    starts = batch.start_ms[rows]
    # A moment measures a minute, but has no length.
    ends = np.where(batch.duration_ms[rows] == 0, parts.start_ms, parts.end_ms)
    samples = np.ones(len(rows), np.int64) if fused.samples is None else fused.samples
    second = None if batch.second is None else batch.second[rows]
    reaches = np.isin(rows, rows[parts.start_ms >= end_ms])
    told = _Parts(
        parts.start_ms, ends, parts.value, second, parts.day, parts.shift_ms, fused.counted, samples, starts,
        starts + batch.duration_ms[rows], reaches,
    )  # fmt: skip
    return told.take((fused.counted > 0) & (starts >= first_ms) & (starts < end_ms))


def _thinned(metric: Metric, several: Sequence[_Parts], width_ms: int) -> SampleBatch:
    joined = [None if column[0] is None else np.concatenate(column) for column in zip(*several, strict=True)]
    parts = _Parts(*joined)  # type: ignore[arg-type]
    # Of those that start together the longest comes first: what reaches far is split by the clock of its span.
    parts = parts.take(np.lexsort((-parts.end_ms, parts.start_ms)))
    spans = _spans(metric, parts.take(~parts.reaches), width_ms)
    if not parts.reaches.any():
        return spans
    whole = _whole(metric, parts.take(parts.reaches))
    # A start is what a row is known by.
    taken = np.isin(whole.start_ms, spans.start_ms)
    whole.start_ms[taken] += 1
    batch = concat([spans, whole])
    return batch.take(np.argsort(batch.start_ms, kind="stable"))


def _spans(metric: Metric, parts: _Parts, width_ms: int) -> SampleBatch:
    bucket = parts.start_ms // width_ms
    fresh = _changes(bucket)
    turns = (_changes(parts.day) | _changes(parts.shift_ms)) & _changes(parts.start_ms)
    firsts = np.flatnonzero(fresh | turns)
    if not len(firsts):
        return _batch(metric, parts, parts.start_ms, parts.end_ms, firsts)
    begins = bucket[firsts] * width_ms
    midnights = parts.day[firsts] * DAY_MS - parts.shift_ms[firsts]
    start_ms = np.where(fresh[firsts], np.maximum(begins, midnights), parts.start_ms[firsts])
    reach = np.maximum.reduceat(parts.end_ms, firsts)
    end_ms = np.maximum(reach, np.minimum(begins + width_ms, midnights + DAY_MS))
    return _batch(metric, parts, start_ms, end_ms, firsts)


def _whole(metric: Metric, parts: _Parts) -> SampleBatch:
    """Samples as they are, each of its parts counted as far as it counts."""
    parts = parts.take(np.argsort(parts.sample, kind="stable"))
    firsts = np.flatnonzero(_changes(parts.sample))
    whole = _batch(metric, parts, parts.sample[firsts], parts.sample_end_ms[firsts], firsts)
    thinned = Thinned(parts.samples[firsts], np.ones(len(firsts)))
    return SampleBatch(
        metric, whole.start_ms, whole.duration_ms, whole.value, None, whole.offset_minutes, None, thinned
    )


def _batch(metric: Metric, parts: _Parts, start_ms: Int64s, end_ms: Int64s, firsts: NDArray[np.intp]) -> SampleBatch:
    if not len(firsts):
        nothing = Thinned(np.empty(0, np.int64), np.empty(0))
        return SampleBatch(metric, start_ms, end_ms, parts.value, parts.second, np.empty(0, np.int16), None, nothing)
    means = metric.aggregation == "mean"
    weight = np.add.reduceat(parts.weight, firsts) if means else np.ones(len(firsts))

    def told(values: Float64s) -> Float64s:
        totals = rounded_totals(np.add.reduceat(values * parts.weight, firsts), weight)
        return totals / weight if means else totals

    return SampleBatch(
        metric,
        start_ms,
        end_ms - start_ms,
        told(parts.value),
        None if parts.second is None else told(parts.second),
        (parts.shift_ms[firsts] // MS_PER_MINUTE).astype(np.int16),
        None,
        Thinned(np.add.reduceat(parts.samples, firsts), weight),
    )


def _changes(column: Int64s) -> NDArray[np.bool_]:
    return np.concatenate((np.ones(min(len(column), 1), np.bool_), np.diff(column) != 0))

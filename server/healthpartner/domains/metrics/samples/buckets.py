"""Samples summed, averaged or picked by spans of time. A sample belongs to the span in which it starts.

A share says how much of each sample counts, where that is not all of it.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metric import Aggregation
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, Float64s, Int64s, SampleBatch

WIDTHS: Mapping[str, int] = MappingProxyType(
    {"five_minute": 300_000, "fifteen_minute": 900_000, "one_hour": 3_600_000, "one_day": DAY_MS}
)

_MS_PER_MINUTE = 60_000


class Buckets(NamedTuple):
    """Spans that hold samples, ascending: key, aggregate of each component, number of samples."""

    keys: Int64s
    values: Float64s
    seconds: Float64s | None
    counts: Int64s


def bucket(batch: SampleBatch, width_ms: int, aggregation: Aggregation, origin_ms: int = 0) -> Buckets:
    """Spans of one width, counted from `origin_ms`; the keys are their starts in epoch milliseconds."""
    keys = (batch.start_ms - origin_ms) // width_ms * width_ms + origin_ms
    return group(batch, keys, aggregation)


def local_days(batch: SampleBatch, default_offset: int = 0) -> Int64s:
    """Each sample's calendar day (days since 1970) where it was taken; `default_offset` stands in where unknown."""
    offsets = batch.offset_minutes.astype(np.int64)
    minutes = np.where(offsets == UNKNOWN_OFFSET, default_offset, offsets)
    days: Int64s = (batch.start_ms + minutes * _MS_PER_MINUTE) // DAY_MS
    return days


def group(batch: SampleBatch, keys: Int64s, aggregation: Aggregation, share: Float64s | None = None) -> Buckets:
    """One aggregate for each distinct key; `last` picks the latest start. The batch need not be sorted."""
    if not len(batch):
        second = None if batch.second is None else np.empty(0)
        return Buckets(np.empty(0, np.int64), np.empty(0), second, np.empty(0, np.int64))
    if (np.diff(keys) < 0).any() or (np.diff(batch.start_ms) < 0).any():
        order = np.lexsort((batch.start_ms, keys))
        batch, keys = batch.take(order), keys[order]
        share = None if share is None else share[order]
    return _group_sorted(batch, keys, aggregation, share)


def group_chunks(batches: Sequence[SampleBatch], width_ms: int, aggregation: Aggregation) -> Buckets:
    """Spans of one width of batches that follow each other, each by start and without a span that the next one shares.

    Batch by batch, while each is at hand: quicker than to join them first.
    """
    found = [_group_sorted(each, each.start_ms // width_ms * width_ms, aggregation, None) for each in batches]
    seconds = [each.seconds for each in found if each.seconds is not None]
    return Buckets(
        np.concatenate([each.keys for each in found]),
        np.concatenate([each.values for each in found]),
        np.concatenate(seconds) if seconds else None,
        np.concatenate([each.counts for each in found]),
    )


def _group_sorted(batch: SampleBatch, keys: Int64s, aggregation: Aggregation, share: Float64s | None) -> Buckets:
    begins = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    (firsts,) = begins.nonzero()
    counts = np.empty_like(firsts)
    np.subtract(firsts[1:], firsts[:-1], out=counts[:-1])
    counts[-1] = len(keys) - firsts[-1]
    value = _aggregate(batch.value, firsts, counts, aggregation, share)
    second = None if batch.second is None else _aggregate(batch.second, firsts, counts, aggregation, share)
    return Buckets(keys[firsts], value, second, counts.astype(np.int64))


def _aggregate(
    values: Float64s,
    firsts: NDArray[np.intp],
    counts: NDArray[np.intp],
    aggregation: Aggregation,
    share: Float64s | None,
) -> Float64s:
    if aggregation == "last":
        picked: Float64s = values[firsts + counts - 1]
        return picked
    totals: Float64s = np.add.reduceat(values if share is None else values * share, firsts)
    if aggregation == "sum":
        return totals
    return np.divide(totals, counts if share is None else np.add.reduceat(share, firsts))

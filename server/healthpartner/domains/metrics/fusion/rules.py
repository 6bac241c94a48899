"""How much of each source's parts counts.

Sources are ranked. A part counts for the share of its time that no higher source has measured. For what is summed, each
unbroken stretch of time in which sources saw something never counts less than any one of them saw in it.
"""

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import Float64s, Int64s
from healthpartner.domains.metrics.fusion.parts import Parts

# Sums of the same parts in another order differ by less.
_NOISE = 1e-9


class Shares(NamedTuple):
    """For each source in rank order: what no higher source has measured, and what counts in the end; 0 to 1."""

    exclusive: list[Float64s]
    counted: list[Float64s]


def shares(ranked: Sequence[Parts], *, summed: bool, settled: Sequence[Parts] = ()) -> Shares:
    """`settled` are parts whose share is known for good, and which come before all others."""
    if not settled and sum(1 for each in ranked if len(each.value)) <= 1:
        alone = [np.ones(len(each.value)) for each in ranked]
        return Shares(alone, alone)
    exclusive = []
    before = measured = reduce(_Measured.along_with, settled, _Measured.nothing())
    for each in ranked:
        exclusive.append(measured.outside(each))
        measured = measured.along_with(each)
    if not summed:
        return Shares(exclusive, exclusive)
    counted = _never_less(ranked, exclusive)
    if settled:
        clear = [before.outside(each) == 1 for each in ranked]
        counted = [np.where(*each) for each in zip(clear, counted, exclusive, strict=True)]
    return Shares(exclusive, counted)


class _Measured(NamedTuple):
    """Times that sources have measured: spans apart from each other, ascending; `before` is the time before each."""

    start_ms: Int64s
    end_ms: Int64s
    before: Int64s

    @classmethod
    def nothing(cls) -> "_Measured":
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.zeros(1, np.int64))

    def outside(self, parts: Parts) -> Float64s:
        """The share of each part's time that lies outside."""
        if not len(self.start_ms):
            return np.ones(len(parts.value))
        inside = self._until(parts.end_ms) - self._until(parts.start_ms)
        outside: Float64s = 1.0 - inside / (parts.end_ms - parts.start_ms)
        return outside

    def along_with(self, parts: Parts) -> "_Measured":
        starts = np.concatenate([self.start_ms, parts.start_ms])
        if not len(starts):
            return self
        # Sorted runs, one after the other: what a stable sort is quick at.
        order = np.argsort(starts, kind="stable")
        starts = starts[order]
        reach = np.maximum.accumulate(np.concatenate([self.end_ms, parts.end_ms])[order])
        firsts = np.concatenate(([0], np.flatnonzero(starts[1:] > reach[:-1]) + 1))
        ends = reach[np.append(firsts[1:], len(starts)) - 1]
        lengths = ends - starts[firsts]
        return _Measured(starts[firsts], ends, np.concatenate(([0], np.cumsum(lengths))))

    def _until(self, instants_ms: Int64s) -> Int64s:
        """The time measured before each instant."""
        at = np.searchsorted(self.start_ms, instants_ms, side="right") - 1
        span = np.maximum(at, 0)
        within = np.clip(instants_ms - self.start_ms[span], 0, self.end_ms[span] - self.start_ms[span])
        until: Int64s = self.before[span] + within
        return until


def _never_less(ranked: Sequence[Parts], exclusive: Sequence[Float64s]) -> list[Float64s]:
    """A zero keeps its time, but binds nothing: a device that writes zeros all day would make one stretch of it."""
    telling = [each.value != 0 for each in ranked]
    if all(each.all() for each in telling):
        return _most_of_stretches(ranked, exclusive)
    if not any(each.any() for each in telling):
        return list(exclusive)
    counted = [each.copy() for each in exclusive]
    found = _most_of_stretches(
        [each.take(mask) for each, mask in zip(ranked, telling, strict=True)],
        [each[mask] for each, mask in zip(exclusive, telling, strict=True)],
    )
    for share, mask, most in zip(counted, telling, found, strict=True):
        share[mask] = most
    return counted


def _most_of_stretches(ranked: Sequence[Parts], exclusive: Sequence[Float64s]) -> list[Float64s]:
    stretch_of = _stretches(ranked)
    count = 1 + max(int(each.max()) for each in stretch_of if len(each))
    together = np.zeros(count)
    for stretch, parts, share in zip(stretch_of, ranked, exclusive, strict=True):
        together += np.bincount(stretch, parts.value * share, count)
    best, winner = together, np.full(count, -1)
    for place, (stretch, parts) in enumerate(zip(stretch_of, ranked, strict=True)):
        alone = np.bincount(stretch, parts.value, count)
        more = alone > best + _NOISE * np.maximum(best, 1.0)
        best, winner = np.where(more, alone, best), np.where(more, place, winner)
    if (winner < 0).all():
        return list(exclusive)
    return [
        np.where(winner[stretch] < 0, share, (winner[stretch] == place).astype(np.float64))
        for place, (stretch, share) in enumerate(zip(stretch_of, exclusive, strict=True))
    ]


def _stretches(ranked: Sequence[Parts]) -> list[NDArray[np.intp]]:
    """For each source: the number of the stretch that each part belongs to. A stretch ends with the day."""
    starts = np.concatenate([each.start_ms for each in ranked])
    ends = np.concatenate([each.end_ms for each in ranked])
    days = np.concatenate([each.day for each in ranked])
    # Each day on a line of its own, one behind the other, so that one sort does.
    apart = (days - days.min()) * (int(ends.max() - starts.min()) + 1)
    starts, ends = starts - starts.min() + apart, ends - starts.min() + apart
    order = np.argsort(starts, kind="stable")
    reach = np.maximum.accumulate(ends[order])
    begins = np.concatenate(([False], (starts[order][1:] > reach[:-1]) | (np.diff(days[order]) != 0)))
    stretch = np.empty(len(starts), np.intp)
    stretch[order] = np.cumsum(begins)
    return np.split(stretch, np.cumsum([len(each.value) for each in ranked])[:-1])

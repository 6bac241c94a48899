"""Rows of a file with times and values: which of them are sound, and why the others are not."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.samples import UNKNOWN_OFFSET, Float64s, Int64s, SampleBatch
from healthpartner.providers.contract import DIASTOLIC_ABOVE_SYSTOLIC, ImportReport

_LARGEST_MS = 1 << 46
_LONGEST_OFFSET_S = 18 * 3600


class Rows:
    """Times in UTC milliseconds, offsets in seconds; what is no whole number is no time."""

    def __init__(self, starts: Sequence[Any], ends: Sequence[Any], offsets: Sequence[Any], latest_ms: int) -> None:
        self._starts, sound = _integers(starts)
        self._ends, other = _integers(ends)
        self._offsets = np.array([_offset_minutes(each) for each in offsets], np.int16)
        self._faults: list[tuple[str, NDArray[np.bool_]]] = [
            ("bad_date", ~(sound & other)),
            ("before_1970", self._starts < 0),
            ("in_the_future", (self._starts > latest_ms) | (self._ends > latest_ms)),
            ("ends_before_start", self._ends < self._starts),
        ]
        self._in_time = ~np.logical_or.reduce([rows for _, rows in self._faults])

    def batch(
        self, metric: Metric, value: Float64s, second: Float64s | None = None
    ) -> tuple[SampleBatch, NDArray[np.bool_], int]:
        """(the sound rows, which those are, how many were in time and had an implausible value)."""
        known, plausible = _judged(metric, value)
        if second is not None:
            also_known, also_plausible = _judged(metric, second)
            known, plausible = known & also_known, plausible & also_plausible
        self._faults += [("bad_value", ~known), ("out_of_range", known & ~plausible)]
        sound = self._in_time & plausible
        if second is not None:
            self._faults.append((DIASTOLIC_ABOVE_SYSTOLIC, second > value))
            sound &= second <= value
        batch = SampleBatch(metric, self._starts, self._ends - self._starts, value, second, self._offsets)
        return batch.take(sound), sound, int(np.count_nonzero(self._in_time & known & ~plausible))

    def account(self, kept: NDArray[np.bool_], report: ImportReport, detail: str) -> None:
        """Each row that nothing was kept of, by its first fault."""
        left = ~kept
        for reason, rows in self._faults:
            report.skip(reason, detail, int(np.count_nonzero(left & rows)))
            left &= ~rows


def _judged(metric: Metric, value: Float64s) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return np.isfinite(value), (value >= metric.minimum) & (value <= metric.maximum)


def _integers(values: Sequence[Any]) -> tuple[Int64s, NDArray[np.bool_]]:
    sound = [type(value) is int and abs(value) < _LARGEST_MS for value in values]
    return np.array([value if ok else 0 for value, ok in zip(values, sound, strict=True)], np.int64), np.array(sound)


def _offset_minutes(seconds: Any) -> int:
    if type(seconds) is not int or abs(seconds) > _LONGEST_OFFSET_S:
        return UNKNOWN_OFFSET
    return seconds // 60

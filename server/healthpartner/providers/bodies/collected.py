"""What the entries of a body said, gathered by metric and device, and counted entry by entry."""

from collections.abc import Iterator
from datetime import date
from math import isfinite
from typing import NamedTuple

import numpy as np

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import UNKNOWN_OFFSET, SampleBatch, SampleSource
from healthpartner.canonical.sleep import SleepSession
from healthpartner.canonical.workouts import Workout
from healthpartner.providers.contract import (
    Chunk,
    DailyTotalChunk,
    ImportReport,
    SampleChunk,
    SleepChunk,
    WorkoutChunk,
)

_LATEST_MS = 1 << 43


class _Row(NamedTuple):
    start_ms: int
    duration_ms: int
    value: float
    second: float
    offset: int


class Collected:
    """Each method answers whether it kept what it was told; `entry` counts one entry of the body by those answers."""

    def __init__(self, report: ImportReport, provider: str) -> None:
        self.report = report
        self._provider = provider
        self._samples: dict[tuple[str, str | None], list[_Row]] = {}
        self._totals: dict[str | None, list[DailyTotal]] = {}
        self._sleep: dict[str | None, list[SleepSession]] = {}
        self._workouts: dict[str | None, list[Workout]] = {}

    def sample(
        self,
        slug: str,
        start_ms: int | None,
        value: float | None,
        *,
        second: float | None = None,
        duration_ms: int = 0,
        offset: int | None = None,
        device: str | None = None,
    ) -> bool:
        if start_ms is None or value is None or not 0 <= start_ms < _LATEST_MS or duration_ms < 0:
            return False
        told = (value,) if second is None else (value, second)
        if not all(self._is_plausible(slug, each) for each in told):
            return False
        if second is not None and second > value:
            self.report.out_of_range[slug] += 1
            return False
        row = _Row(start_ms, duration_ms, value, second or 0.0, UNKNOWN_OFFSET if offset is None else offset)
        self._samples.setdefault((slug, device), []).append(row)
        return True

    def total(
        self,
        slug: str,
        day: date | None,
        value: float | None = None,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        device: str | None = None,
    ) -> bool:
        told = [each for each in (value, minimum, maximum) if each is not None]
        if day is None or not told or not all(self._is_plausible(slug, each) for each in told):
            return False
        total = DailyTotal(METRICS[slug].code, day, value, minimum, maximum)
        self._totals.setdefault(device, []).append(total)
        return True

    def sleep(self, session: SleepSession | None, device: str | None = None) -> bool:
        if session is None or not 0 <= session.start_ms < session.end_ms < _LATEST_MS:
            return False
        self._sleep.setdefault(device, []).append(session)
        return True

    def workout(self, workout: Workout | None, device: str | None = None) -> bool:
        if workout is None or not 0 <= workout.start_ms <= workout.end_ms < _LATEST_MS:
            return False
        self._workouts.setdefault(device, []).append(workout)
        return True

    def entry(self, detail: str, *kept: bool) -> None:
        self.report.records_read += 1
        if any(kept):
            self.report.records_kept += 1
        else:
            self.report.skip("no_value", detail)

    def passed_over(self, detail: str, reason: str = "not_a_sample") -> None:
        self.report.records_read += 1
        self.report.skip(reason, detail)

    def chunks(self) -> Iterator[Chunk]:
        found: list[Chunk] = [
            SampleChunk(SampleSource(self._provider, device), _batch(slug, rows))
            for (slug, device), rows in self._samples.items()
        ]
        found += [DailyTotalChunk(SampleSource(self._provider, device), each) for device, each in self._totals.items()]
        found += [SleepChunk(SampleSource(self._provider, device), each) for device, each in self._sleep.items()]
        found += [WorkoutChunk(SampleSource(self._provider, device), each) for device, each in self._workouts.items()]
        for chunk in found:
            self.report.keep(chunk, records=0)
            yield chunk

    def _is_plausible(self, slug: str, value: float) -> bool:
        metric = METRICS[slug]
        if isfinite(value) and metric.minimum <= value <= metric.maximum:
            return True
        self.report.out_of_range[slug] += 1
        return False


def _batch(slug: str, rows: list[_Row]) -> SampleBatch:
    metric = METRICS[slug]
    second = np.array([row.second for row in rows], np.float64) if metric.has_second else None
    return SampleBatch(
        metric,
        np.array([row.start_ms for row in rows], np.int64),
        np.array([row.duration_ms for row in rows], np.int64),
        np.array([row.value for row in rows], np.float64),
        second,
        np.array([row.offset for row in rows], np.int16),
    ).sorted_unique()

"""What devices have noticed: samples, nights and workouts, each by its source, put together from single days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, SampleBatch, SampleSource, concat
from healthpartner.canonical.sleep import SleepSession
from healthpartner.canonical.workouts import Workout
from healthpartner.domains.sandbox.life.days import Day

Numbers = NDArray[np.float64] | NDArray[np.int64] | list[int] | list[float]
_PRECISION = 4
_MINUTE_MS = 60_000
_EPOCH = date(1970, 1, 1)


@dataclass(slots=True)
class Records:
    samples: list[tuple[SampleSource, SampleBatch]] = field(default_factory=list)
    nights: list[tuple[SampleSource, SleepSession]] = field(default_factory=list)
    workouts: list[tuple[SampleSource, Workout]] = field(default_factory=list)

    def add(
        self,
        source: tuple[str, str],
        metric: str,
        day: Day,
        start_ms: Numbers,
        values: Numbers,
        duration_ms: Numbers | int = 0,
    ) -> None:
        starts = np.asarray(start_ms, np.int64)
        if not len(starts):
            return
        batch = SampleBatch(
            METRICS[metric],
            starts,
            np.broadcast_to(np.asarray(duration_ms, np.int64), starts.shape).copy(),
            np.asarray(values, np.float64).round(_PRECISION),
            None,
            np.full(len(starts), offset_minutes(day.zone, int(starts[0])), np.int16),
        )
        self.samples.append((SampleSource(*source), batch))

    def joined(self) -> Iterator[tuple[SampleSource, SampleBatch]]:
        """One batch for each source and metric, in a fixed order."""
        groups: dict[tuple[str, str, int], list[SampleBatch]] = {}
        for source, batch in self.samples:
            groups.setdefault((source.provider, source.device or "", batch.metric.code), []).append(batch)
        for (provider, device, _), batches in sorted(groups.items()):
            yield SampleSource(provider, device), concat(batches).sorted_unique()

    def ending(self, after_ms: int, until_ms: int) -> "Records":
        """What ended after the one instant and not after the other."""
        kept = Records()
        for source, batch in self.samples:
            ends = batch.start_ms + batch.duration_ms
            chosen = (ends > after_ms) & (ends <= until_ms)
            if chosen.any():
                kept.samples.append((source, batch.take(chosen)))
        kept.nights = [(source, night) for source, night in self.nights if after_ms < night.end_ms <= until_ms]
        kept.workouts = [(source, each) for source, each in self.workouts if after_ms < each.end_ms <= until_ms]
        return kept

    def by_provider(self) -> Iterator[tuple[str, "Told"]]:
        """What an announcement says of each provider, in a fixed order."""
        told: dict[str, Told] = {}
        for source, batch in self.samples:
            days = (batch.start_ms + batch.offset_minutes.astype(np.int64) * _MINUTE_MS) // DAY_MS
            told.setdefault(source.provider, Told()).add(batch.metric.slug, days.tolist(), len(batch))
        for source, night in self.nights:
            told.setdefault(source.provider, Told()).add("sleep", [_local_day(night.end_ms, night.offset_minutes)], 1)
        for source, workout in self.workouts:
            days_of = [_local_day(workout.start_ms, workout.offset_minutes)]
            told.setdefault(source.provider, Told()).add("workouts", days_of, 1)
        yield from sorted(told.items())

    @property
    def is_empty(self) -> bool:
        return not (self.samples or self.nights or self.workouts)


@dataclass(slots=True)
class Told:
    """Slugs, local calendar days and a count of what arrived."""

    samples: int = 0
    _metrics: set[str] = field(default_factory=set)
    _days: set[int] = field(default_factory=set)

    def add(self, metric: str, days: list[int], count: int) -> None:
        self._metrics.add(metric)
        self._days.update(days)
        self.samples += count

    @property
    def metrics(self) -> list[str]:
        return sorted(self._metrics)

    @property
    def days(self) -> list[date]:
        return [_EPOCH + timedelta(days=day) for day in sorted(self._days)]


def together(parts: Iterable[Records]) -> Records:
    whole = Records()
    for part in parts:
        whole.samples += part.samples
        whole.nights += part.nights
        whole.workouts += part.workouts
    return whole


def _local_day(ms: int, offset: int | None) -> int:
    return (ms + (offset or 0) * _MINUTE_MS) // DAY_MS


def offset_minutes(zone: str, ms: int) -> int:
    offset = datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)

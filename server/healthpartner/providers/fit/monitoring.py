"""A day of a tracker: counters that grow per kind of activity, made into what was added between two instants."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from fitdecode import FitDataMessage  # type: ignore[import-untyped]

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, SampleBatch, SampleSource
from healthpartner.providers.contract import ImportReport, SampleChunk
from healthpartner.providers.fit.fields import instant_ms, number, offset_minutes, text

MESSAGES = frozenset({"monitoring", "monitoring_info"})
MOST_ROWS = 1_000_000

# FIT counts seconds from here.
_FIT_EPOCH_S = int(datetime(1989, 12, 31, tzinfo=UTC).timestamp())
_ON_FOOT = frozenset({"walking", "running"})
# A cycle is the steps of both feet.
_STEPS_A_CYCLE = 2.0


class _Row(NamedTuple):
    ms: int
    value: float


class MonitoringMessages:
    """`offset_minutes` is the one that the file says, if it does."""

    def __init__(self, report: ImportReport) -> None:
        self.offset_minutes: int | None = None
        self._report = report
        self._clock_s: int | None = None
        self._began_ms: int | None = None
        self._counters: dict[tuple[str, str], float] = {}
        self._added: dict[str, dict[int, float]] = {"steps": {}, "distance": {}, "calories": {}}
        self._moments: list[int] = []
        self._heart: list[_Row] = []

    def take(self, message: FitDataMessage) -> None:
        ms = self._told(message)
        if ms is None or len(self._moments) >= MOST_ROWS:
            self._report.skip("no_time" if ms is None else "too_many_readings", message.name)
            return
        if message.name == "monitoring_info":
            self.offset_minutes = offset_minutes(message) if self.offset_minutes is None else self.offset_minutes
            self._began_ms = ms if self._began_ms is None else self._began_ms
            self._report.records_merged += 1
            return
        if not self._moments or self._moments[-1] != ms:
            self._moments.append(ms)
        if self._take_values(message, ms):
            self._report.records_kept += 1
        else:
            self._report.skip("no_value", message.name)

    def finish(self, source: SampleSource) -> Iterator[SampleChunk]:
        for slug, added in self._added.items():
            yield from self._chunk(source, slug, list(self._stretches(added)))
        yield from self._chunk(source, "heart_rate", [(ms, 0, value) for ms, value in self._heart])

    def _told(self, message: FitDataMessage) -> int | None:
        """Most messages hold only the lower half of the clock, counted on from the last whole one."""
        whole = instant_ms(message)
        if whole is not None:
            self._clock_s = whole // 1000 - _FIT_EPOCH_S
            return whole
        lower = number(message, "timestamp_16")
        if lower is None or self._clock_s is None:
            return None
        self._clock_s += (int(lower) - self._clock_s) & 0xFFFF
        return (self._clock_s + _FIT_EPOCH_S) * 1000

    def _take_values(self, message: FitDataMessage, ms: int) -> bool:
        kind = text(message, "activity_type") or ""
        found = False
        if (beats := number(message, "heart_rate")) is not None:
            self._heart.append(_Row(ms, beats))
            found = True
        steps = number(message, "steps")
        cycles = number(message, "cycles")
        if steps is None and cycles is not None and kind in _ON_FOOT:
            steps = cycles * _STEPS_A_CYCLE
        counters = {
            "steps": steps,
            "distance": number(message, "distance"),
            "calories": number(message, "active_calories"),
        }
        for slug, value in counters.items():
            if value is not None:
                self._count(slug, kind, ms, value)
                found = True
        return found

    def _count(self, slug: str, kind: str, ms: int, value: float) -> None:
        """A counter that is smaller than before began anew, as it does every midnight."""
        before = self._counters.get((slug, kind), 0.0)
        self._counters[slug, kind] = value
        added = value - before if value >= before else value
        if added > 0:
            self._added[slug][ms] = self._added[slug].get(ms, 0.0) + added

    def _stretches(self, added: dict[int, float]) -> Iterator[tuple[int, int, float]]:
        """From the moment before, whatever it told of."""
        moments = np.unique(np.array([*self._moments, *([] if self._began_ms is None else [self._began_ms])], np.int64))
        for ms, value in sorted(added.items()):
            at = int(np.searchsorted(moments, ms))
            begin = int(moments[at - 1]) if at else ms
            yield (begin, ms - begin, value) if ms - begin <= DAY_MS else (ms, 0, value)

    def _chunk(self, source: SampleSource, slug: str, rows: list[tuple[int, int, float]]) -> Iterator[SampleChunk]:
        metric = METRICS[slug]
        sound = [row for row in rows if metric.minimum <= row[2] <= metric.maximum]
        if len(sound) < len(rows):
            self._report.out_of_range[slug] += len(rows) - len(sound)
        if not sound:
            return
        starts, durations = (np.array([row[at] for row in sound], np.int64) for at in (0, 1))
        values = np.array([row[2] for row in sound], np.float64)
        offset = UNKNOWN_OFFSET if self.offset_minutes is None else self.offset_minutes
        batch = SampleBatch(metric, starts, durations, values, None, np.full(len(sound), offset, np.int16))
        chunk = SampleChunk(source, batch.sorted_unique())
        self._report.keep(chunk, records=0)
        yield chunk

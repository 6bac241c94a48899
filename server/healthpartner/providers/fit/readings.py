"""Readings, a message each: scales, blood pressure, and what a tracker measures all day long."""

from collections.abc import Iterator

import numpy as np
from fitdecode import FitDataMessage  # type: ignore[import-untyped]

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import UNKNOWN_OFFSET, SampleBatch, SampleSource
from healthpartner.providers.contract import DIASTOLIC_ABOVE_SYSTOLIC, ImportReport, SampleChunk
from healthpartner.providers.fit.fields import instant_ms, number

MOST_READINGS = 1_000_000

# Message: (field with the instant, (field, metric)...).
_READINGS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "weight_scale": (
        "timestamp",
        (
            ("weight", "weight"),
            ("percent_fat", "body_fat"),
            ("percent_hydration", "body_water"),
            ("visceral_fat_rating", "visceral_fat"),
            ("muscle_mass", "muscle_mass"),
            ("bone_mass", "bone_mass"),
            ("basal_met", "basal_metabolic_rate"),
            ("bmi", "bmi"),
        ),
    ),
    "stress_level": ("stress_level_time", (("stress_level_value", "stress_level"),)),
    "spo2_data": ("timestamp", (("reading_spo2", "blood_oxygen"),)),
    "respiration_rate": ("timestamp", (("respiration_rate", "respiratory_rate"),)),
    "monitoring_hr_data": ("timestamp", (("resting_heart_rate", "resting_heart_rate"),)),
    "hrv_value": ("timestamp", (("value", "hrv"),)),
}
MESSAGES = frozenset(_READINGS) | {"blood_pressure"}

_Row = tuple[int, float, float]


class ReadingMessages:
    def __init__(self, report: ImportReport) -> None:
        self._report = report
        self._rows: dict[str, list[_Row]] = {}
        self._held = 0

    def take(self, message: FitDataMessage) -> None:
        rows = list(_pressure(message) if message.name == "blood_pressure" else _values(message))
        if not rows or self._held >= MOST_READINGS:
            self._report.skip("no_value" if not rows else "too_many_readings", message.name)
            return
        if any(METRICS[metric].has_second and second > first for metric, (_, first, second) in rows):
            self._report.skip(DIASTOLIC_ABOVE_SYSTOLIC, message.name)
            return
        self._report.records_kept += 1
        self._held += len(rows)
        for metric, row in rows:
            self._rows.setdefault(metric, []).append(row)

    def finish(self, source: SampleSource, offset_minutes: int | None) -> Iterator[SampleChunk]:
        for slug, rows in self._rows.items():
            batch = _batch(slug, rows, offset_minutes, self._report)
            if len(batch):
                chunk = SampleChunk(source, batch)
                self._report.keep(chunk, records=0)
                yield chunk


def _values(message: FitDataMessage) -> Iterator[tuple[str, _Row]]:
    when, fields = _READINGS[message.name]
    ms = instant_ms(message, when)
    for field, metric in fields:
        value = number(message, field)
        # A device says with a number below zero that it could not measure.
        if ms is not None and value is not None and value >= 0:
            yield metric, (ms, value, 0.0)


def _pressure(message: FitDataMessage) -> Iterator[tuple[str, _Row]]:
    ms = instant_ms(message)
    systolic, diastolic = number(message, "systolic_pressure"), number(message, "diastolic_pressure")
    if ms is not None and systolic is not None and diastolic is not None:
        yield "blood_pressure", (ms, systolic, diastolic)


def _batch(slug: str, rows: list[_Row], offset_minutes: int | None, report: ImportReport) -> SampleBatch:
    metric = METRICS[slug]
    starts = np.array([row[0] for row in rows], np.int64)
    value, second = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    sound = (value >= metric.minimum) & (value <= metric.maximum)
    if metric.has_second:
        sound &= (second >= metric.minimum) & (second <= metric.maximum)
    if not sound.all():
        report.out_of_range[slug] += int(np.count_nonzero(~sound))
    offset = np.full(len(rows), UNKNOWN_OFFSET if offset_minutes is None else offset_minutes, np.int16)
    batch = SampleBatch(
        metric, starts, np.zeros(len(rows), np.int64), value, second if metric.has_second else None, offset
    )
    return batch.take(sound).sorted_unique()

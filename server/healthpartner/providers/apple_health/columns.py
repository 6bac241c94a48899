"""Collects the texts of one type, unit and source, and turns them into checked samples many at a time."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.samples import Float64s, Int16s, SampleBatch
from healthpartner.canonical.units import convert, place_of
from healthpartner.providers.apple_health.dates import Instants, parse_instants
from healthpartner.providers.apple_health.mapping import Quantity
from healthpartner.providers.contract import DIASTOLIC_ABOVE_SYSTOLIC, ImportReport
from healthpartner.providers.instants import offset_at


@dataclass(slots=True)
class Column:
    """The texts as they stand in the file; `seconds` is used by metrics of two components only.

    `zones` are the time zones that records name themselves, by row. The first `held_back` rows have waited since the last drain.
    """

    quantity: Quantity
    device: str | None
    starts: list[bytes] = field(default_factory=list)
    ends: list[bytes] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)
    seconds: list[bytes] = field(default_factory=list)
    held_back: int = 0
    zones: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.starts)

    def to_batch(self, report: ImportReport, latest_ms: int) -> SampleBatch:
        """The sound rows as samples; the others are accounted for in the report."""
        metric = self.quantity.metric
        starts = parse_instants(self.starts)
        ends = starts if self.ends == self.starts else parse_instants(self.ends)
        value = self._numbers(self.values)
        second = self._numbers(self.seconds) if metric.has_second else None
        faults = [*_date_faults(starts, ends, latest_ms), *_value_faults(metric, value)]
        if second is not None:
            faults += [*_value_faults(metric, second), (DIASTOLIC_ABOVE_SYSTOLIC, second > value)]
        sound = self._keep(faults, report)
        offsets, unit = self._offsets(starts), self._unit(len(value))
        batch = SampleBatch(metric, starts.ms, ends.ms - starts.ms, value, second, offsets, unit)
        return batch if sound.all() else batch.take(sound)

    def _offsets(self, starts: Instants) -> Int16s:
        """Dates are written with the phone's offset; a record's own time zone tells the one where it was taken."""
        if not self.zones:
            return starts.offset_minutes
        offsets = starts.offset_minutes.copy()
        for row, zone in self.zones.items():
            if starts.valid[row] and (known := offset_at(int(starts.ms[row]), zone)) is not None:
                offsets[row] = known
        return offsets

    def _numbers(self, texts: list[bytes]) -> Float64s:
        return convert(self.quantity.metric, parse_numbers(texts), self.quantity.unit)

    def _unit(self, count: int) -> Int16s | None:
        """The one that the export has, where that is not the canonical one."""
        place = place_of(self.quantity.metric, self.quantity.unit)
        return np.full(count, place, np.int16) if place else None

    def _keep(self, faults: list[tuple[str, NDArray[np.bool_]]], report: ImportReport) -> NDArray[np.bool_]:
        """Of several faults of one row the first counts."""
        sound = np.ones(len(self.starts), np.bool_)
        for reason, rows in faults:
            report.skip(reason, self.quantity.kind, int(np.count_nonzero(sound & rows)))
            sound &= ~rows
        return sound


def parse_numbers(texts: list[bytes]) -> Float64s:
    """NaN where a text is no finite decimal number."""
    try:
        numbers = np.array(list(map(float, texts)), np.float64)
    except ValueError:
        numbers = np.array([_number(text) for text in texts], np.float64)
    if b"_" in b"".join(texts):
        numbers[[b"_" in text for text in texts]] = np.nan
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def _date_faults(starts: Instants, ends: Instants, latest_ms: int) -> list[tuple[str, NDArray[np.bool_]]]:
    return [
        ("bad_date", ~(starts.valid & ends.valid)),
        ("before_1970", starts.ms < 0),
        ("in_the_future", (starts.ms > latest_ms) | (ends.ms > latest_ms)),
        ("ends_before_start", ends.ms < starts.ms),
    ]


def _value_faults(metric: Metric, value: Float64s) -> list[tuple[str, NDArray[np.bool_]]]:
    return [
        ("bad_value", np.isnan(value)),
        ("out_of_range", (value < metric.minimum) | (value > metric.maximum)),
    ]

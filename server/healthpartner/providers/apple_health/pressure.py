"""Joins systolic and diastolic records into one reading: same source, same instants, each reading once.

An export holds every reading twice, at the top and inside a `Correlation`, and all systolic records
before the first diastolic one.
"""

from dataclasses import dataclass
from typing import NamedTuple

from healthpartner.providers.contract import ImportReport

REMEMBERED_READINGS = 100_000


class ReadingKey(NamedTuple):
    source: str
    unit: str
    start: str
    end: str


@dataclass(slots=True)
class _Halves:
    systolic: str | None = None
    diastolic: str | None = None


class PressurePairs:
    def __init__(self, report: ImportReport) -> None:
        self._report = report
        self._readings: dict[ReadingKey, _Halves] = {}

    def add(self, key: ReadingKey, kind: str, component: int, value: str) -> tuple[str, str] | None:
        """(systolic, diastolic) when this record completes a reading; a reading's second record counts as merged."""
        halves = self._readings.get(key)
        if halves is None:
            halves = self._remember(key)
        known = halves.diastolic if component else halves.systolic
        if known is not None:
            self._account_repeated(known == value, kind)
            return None
        if component:
            halves.diastolic = value
        else:
            halves.systolic = value
        if halves.systolic is None or halves.diastolic is None:
            return None
        self._report.records_merged += 1
        return halves.systolic, halves.diastolic

    def finish(self) -> None:
        """Accounts for the halves that never met."""
        for halves in self._readings.values():
            self._account_lone(halves)
        self._readings.clear()

    def _remember(self, key: ReadingKey) -> _Halves:
        if len(self._readings) >= REMEMBERED_READINGS:
            self._account_lone(self._readings.pop(next(iter(self._readings))))
        halves = self._readings[key] = _Halves()
        return halves

    def _account_repeated(self, same: bool, kind: str) -> None:  # noqa: FBT001 - private, one caller
        if same:
            self._report.records_merged += 1
        else:
            self._report.skip("conflicting_blood_pressure", kind)

    def _account_lone(self, halves: _Halves) -> None:
        if halves.systolic is None or halves.diastolic is None:
            self._report.skip("unpaired_blood_pressure", "systolic" if halves.diastolic is None else "diastolic")

"""Activity summaries: what the rings of a whole day came to."""

from collections.abc import Iterable, Mapping
from datetime import date

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleSource
from healthpartner.providers.apple_health.manifest import SLUG
from healthpartner.providers.apple_health.statistics import amount
from healthpartner.providers.contract import DailyTotalChunk, ImportReport

_NAME = "ActivitySummary"
_EPOCH = date(1970, 1, 1)
# Attribute: (metric, unit where no attribute says it).
_FIGURES = {
    "activeEnergyBurned": ("calories", "kcal"),
    "appleExerciseTime": ("exercise_minutes", "min"),
    "appleMoveTime": ("move_minutes", "min"),
}


class ActivitySummaries:
    def __init__(self, report: ImportReport) -> None:
        self._report = report
        self._totals: list[DailyTotal] = []
        self._records = 0

    def take(self, attributes: Mapping[str, str]) -> None:
        self._report.records_read += 1
        day = _day(attributes.get("dateComponents", ""))
        if day is None:
            self._report.skip("bad_date", _NAME)
            return
        found = [total for name in _FIGURES if (total := _total(name, attributes, day)) is not None]
        if not found:
            self._report.skip("bad_value", _NAME)
            return
        self._totals += found
        self._records += 1

    def drain(self) -> Iterable[DailyTotalChunk]:
        totals, records = self._totals, self._records
        self._totals, self._records = [], 0
        if totals:
            chunk = DailyTotalChunk(SampleSource(SLUG), totals)
            self._report.keep(chunk, records=records)
            yield chunk


def _day(text: str) -> date | None:
    """A phone that was never worn writes days before 1970."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= _EPOCH else None


def _total(name: str, attributes: Mapping[str, str], day: date) -> DailyTotal | None:
    slug, unit = _FIGURES[name]
    metric = METRICS[slug]
    value = amount(slug, attributes.get(name, ""), attributes.get(f"{name}Unit", unit))
    if value is None or not metric.minimum <= value <= metric.maximum:
        return None
    return DailyTotal(metric.code, day, value)

"""Keeps count of an import over all its attempts: what an attempt before has added is new to the member all the same."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.instants import date_of, day_of
from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, SampleBatch
from healthpartner.domains.ingestion.schemas import ImportBreak, ImportFormat, ImportProgress, ImportResult
from healthpartner.domains.metrics.samples.service import StoreResult
from healthpartner.providers.contract import ImportReport, Progress

_MS_PER_MINUTE = 60_000


class Tally:
    """`before`: what the attempts before have committed."""

    def __init__(self, before: ImportProgress) -> None:
        self._before = before
        self._samples = _Count(before.samples_added, before.samples_replaced)
        self._sleep = _Count(before.sleep_sessions_added)
        self._workouts = _Count(before.workouts_added)
        self._days_changed = before.days_changed
        self._days: set[int] = set()
        self._metrics: set[str] = set()
        self._refused = 0

    @property
    def added(self) -> int:
        return self._samples.added

    @property
    def changed(self) -> bool:
        counts = (self._samples, self._sleep, self._workouts)
        return bool(self._days_changed) or any(count.added or count.replaced for count in counts)

    @property
    def days(self) -> list[date]:
        return list(map(date_of, sorted(self._days)))

    @property
    def metrics(self) -> list[str]:
        return sorted(self._metrics)

    def add(self, batch: SampleBatch, result: StoreResult) -> None:
        self._samples.add(result)
        self.refuse(result.refused)
        if self._is_news(result):
            self._metrics.add(batch.metric.slug)
            self._days.update(local_days(batch))

    def refuse(self, count: int) -> None:
        """Of this attempt alone: one after a crash begins with the file and meets them again."""
        self._refused += count

    def add_sleep(self, result: StoreResult) -> None:
        self._sleep.add(result)
        self._add_sessions("sleep", result)

    def add_workouts(self, result: StoreResult) -> None:
        self._workouts.add(result)
        self._add_sessions("workouts", result)

    def add_totals(self, totals: Sequence[DailyTotal], changed: Collection[date]) -> None:
        self._days_changed += len(changed)
        if changed or self._before != ImportProgress():
            news = [total for total in totals if not changed or total.day in changed]
            self._metrics.update(METRICS_BY_CODE[total.metric].slug for total in news)
            self._days.update(day_of(total.day) for total in news)

    def progress(self, read: Progress) -> ImportProgress:
        return ImportProgress(
            read.bytes_read,
            read.bytes_total,
            read.records_read,
            self._samples.added,
            self._samples.replaced,
            self._sleep.added,
            self._workouts.added,
            self._days_changed,
        )

    def result(self, name: ImportFormat, report: ImportReport) -> ImportResult:
        repeated = self._before.samples_added + self._before.samples_replaced
        broken = report.broken
        return ImportResult(
            format=name,
            records_read=report.records_read,
            records_kept=report.records_kept,
            records_merged=report.records_merged,
            samples_added=self._samples.added,
            samples_replaced=self._samples.replaced,
            samples_unchanged=max(0, self._samples.unchanged - repeated),
            sleep_sessions_added=self._sleep.added,
            workouts_added=self._workouts.added,
            daily_totals_kept=report.daily_totals_kept,
            outside_retention=self._refused,
            skipped=dict(report.skipped),
            values_out_of_range=dict(report.out_of_range),
            first_at=_instant(report.first_ms),
            last_at=_instant(report.last_ms),
            sources=sorted(report.sources),
            broken=ImportBreak(broken.reason, broken.after_bytes, broken.line) if broken else None,
        )

    def _add_sessions(self, name: str, result: StoreResult) -> None:
        if self._is_news(result):
            self._metrics.add(name)
            self._days.update(day_of(day) for day in result.days)

    def _is_news(self, result: StoreResult) -> bool:
        """Which days an attempt before has changed is not known any more, so a later one names all of them."""
        return bool(result.added or result.replaced or self._before != ImportProgress())


@dataclass(slots=True)
class _Count:
    added: int
    replaced: int = 0
    unchanged: int = 0

    def add(self, result: StoreResult) -> None:
        self.added += result.added
        self.replaced += result.replaced
        self.unchanged += result.unchanged


def local_days(batch: SampleBatch) -> list[int]:
    """The calendar days (since 1970) on which the samples were taken; UTC ones where that is not known."""
    offsets = batch.offset_minutes.astype(np.int64)
    minutes = np.where(offsets == UNKNOWN_OFFSET, 0, offsets)
    days: list[int] = np.unique((batch.start_ms + minutes * _MS_PER_MINUTE) // DAY_MS).tolist()
    return days


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)

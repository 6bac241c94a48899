"""Keeps count of an import over all its attempts: what an attempt before has added is new to the member all the same."""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, SampleBatch
from healthpartner.domains.ingestion.schemas import ImportBreak, ImportFormat, ImportProgress, ImportResult
from healthpartner.domains.metrics.samples.service import StoreResult
from healthpartner.providers.contract import ImportReport, Progress

_EPOCH_DAY = date(1970, 1, 1)
_MS_PER_MINUTE = 60_000


class Tally:
    """`before`: what the attempts before have committed."""

    def __init__(self, before: ImportProgress) -> None:
        self._before = before
        self._added = before.samples_added
        self._replaced = before.samples_replaced
        self._unchanged = 0
        self._days: set[int] = set()
        self._metrics: set[str] = set()

    @property
    def added(self) -> int:
        return self._added

    @property
    def changed(self) -> bool:
        return bool(self._added or self._replaced)

    @property
    def days(self) -> list[date]:
        return [_EPOCH_DAY + timedelta(days=day) for day in sorted(self._days)]

    @property
    def metrics(self) -> list[str]:
        return sorted(self._metrics)

    def add(self, batch: SampleBatch, result: StoreResult) -> None:
        self._added += result.added
        self._replaced += result.replaced
        self._unchanged += result.unchanged
        # Which days an attempt before has changed is not known any more, so a later one names all of them.
        if result.added or result.replaced or self._before != ImportProgress():
            self._metrics.add(batch.metric.slug)
            self._days.update(local_days(batch))

    def progress(self, read: Progress) -> ImportProgress:
        return ImportProgress(read.bytes_read, read.bytes_total, read.records_read, self._added, self._replaced)

    def result(self, name: ImportFormat, report: ImportReport) -> ImportResult:
        repeated = self._before.samples_added + self._before.samples_replaced
        broken = report.broken
        return ImportResult(
            format=name,
            records_read=report.records_read,
            records_merged=report.records_merged,
            samples_added=self._added,
            samples_replaced=self._replaced,
            samples_unchanged=max(0, self._unchanged - repeated),
            skipped=dict(report.skipped),
            first_at=_instant(report.first_ms),
            last_at=_instant(report.last_ms),
            sources=sorted(report.sources),
            broken=ImportBreak(broken.reason, broken.after_bytes, broken.line) if broken else None,
        )


def local_days(batch: SampleBatch) -> list[int]:
    """The calendar days (since 1970) on which the samples were taken; UTC ones where that is not known."""
    offsets = batch.offset_minutes.astype(np.int64)
    minutes = np.where(offsets == UNKNOWN_OFFSET, 0, offsets)
    days: list[int] = np.unique((batch.start_ms + minutes * _MS_PER_MINUTE) // DAY_MS).tolist()
    return days


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)

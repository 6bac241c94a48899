"""Days that take in nothing more: those that retention has thinned, and those that are older than what is kept.

What comes for them is refused and told of, for it could neither be fused with what is no more nor be kept.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.instants import date_of, day_of
from healthpartner.canonical.samples import DAY_MS, Int64s, SampleBatch
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.schemas import ItemError
from healthpartner.domains.metrics.rollups.rules import members_of, rolled
from healthpartner.domains.metrics.samples import store
from healthpartner.domains.metrics.samples.daily import days_of_each

# Nothing younger is ever thinned or deleted for its age: a sample may last so long, and sources come late.
YOUNGEST_DAYS = 31
CODE = "outside_retention"

Mask = NDArray[np.bool_]


class Refused(NamedTuple):
    """Which samples are for a day that is thinned, and which are older than what is kept."""

    thinned: Mask
    gone: Mask

    @property
    def any(self) -> Mask:
        return self.thinned | self.gone


def thinned_fault(field: str) -> ItemError:
    return ItemError(CODE, "this day is thinned already, and takes in nothing more", field)


def gone_fault(field: str) -> ItemError:
    return ItemError(CODE, "older than what the organization keeps", field)


def is_old(day: int, now: datetime) -> bool:
    """Whether retention could have come to a day (since 1970); of most data no more has to be asked."""
    return day <= day_of(now.date()) - YOUNGEST_DAYS + 1


async def gone(uow: UnitOfWork, instants_ms: Mapping[int, int]) -> list[int]:
    """The keys of what is older than what is kept. The member must be locked."""
    if not instants_ms or not is_old(min(instants_ms.values()) // DAY_MS, uow.now()):
        return []
    kept = await store.kept(uow)
    since = None if kept is None else _since(uow, kept["delete_after_days"])
    return [] if since is None else [key for key, at_ms in instants_ms.items() if at_ms < day_of(since) * DAY_MS]


async def refused(uow: UnitOfWork, batch: SampleBatch, source_id: int | None = None) -> Refused | None:
    """None where all are taken in. Spans that come back are, where their source has nothing of the day.

    The member must be locked.
    """
    if not len(batch) or not is_old(int(batch.start_ms.min()) // DAY_MS, uow.now()):
        return None
    kept = await store.kept(uow)
    if kept is None:
        return None
    since = _since(uow, kept["delete_after_days"])
    gone = np.zeros(len(batch), np.bool_) if since is None else batch.start_ms < day_of(since) * DAY_MS
    thinned = await _thinned(uow, batch, kept["timezone"])
    if batch.thinned is not None and source_id is not None:
        thinned = np.where(batch.thinned.samples > 0, await _held(uow, batch, source_id), thinned)
    found = Refused(thinned, gone)
    return found if found.any.any() else None


async def note_late(uow: UnitOfWork, batches: Iterable[SampleBatch]) -> None:
    """Tells retention of what came for days that it may have gone through before."""
    days = [int(batch.start_ms.min()) // DAY_MS for batch in batches if len(batch)]
    if days and is_old(min(days), uow.now()):
        await store.note_late(uow, date_of(min(days)))


def _since(uow: UnitOfWork, delete_after_days: int | None) -> date | None:
    return None if delete_after_days is None else uow.now().date() - timedelta(days=delete_after_days)


async def _thinned(uow: UnitOfWork, batch: SampleBatch, timezone: str | None) -> Mask:
    first, last = days_of_each(batch, timezone)
    target = rolled(batch.metric) or batch.metric
    utc = batch.start_ms // DAY_MS
    span = date_of(min(int(utc.min()), int(first.min()))), date_of(max(int(utc.max()), int(last.max())))
    chunks, figures = await store.closed(uow, members_of(target), target.code, span)
    days, frozen = _sorted(chunks), _sorted(figures)
    met: Mask = np.searchsorted(frozen, last, "right") > np.searchsorted(frozen, first)
    return np.isin(utc, days) | met


async def _held(uow: UnitOfWork, batch: SampleBatch, source_id: int) -> Mask:
    utc = batch.start_ms // DAY_MS
    days = np.unique(utc).tolist()
    found = await store.select(uow, batch.metric.code, list(map(date_of, days)), [source_id])
    return np.isin(utc, _sorted(day for _, day in found))


def _sorted(days: Iterable[date]) -> Int64s:
    return np.array(sorted(map(day_of, days)), np.int64)

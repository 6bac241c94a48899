"""Keeps daily figures in step with the samples: after each change, the days that it can reach are counted anew."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from healthpartner.canonical.metrics import METRICS_BY_CODE, Metric
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, Int64s, SampleBatch
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.fusion.clocks import MS_PER_MINUTE, Clocked, are_mixed, clocked, offsets_at
from healthpartner.domains.metrics.fusion.parts import LONGEST_MS, claims, measured, whole
from healthpartner.domains.metrics.rollups import rules
from healthpartner.domains.metrics.rollups import store as figures
from healthpartner.domains.metrics.samples.surroundings import Key, Surroundings, around

_DAYS_A_RUN = 250
# Where no offset is known, the day is one of those that some zone has at the instant.
_WEST_MS, _EAST_MS = -12 * 60 * MS_PER_MINUTE, 14 * 60 * MS_PER_MINUTE


class Days(NamedTuple):
    """Local days since 1970, both included."""

    first: int
    last: int

    def wider(self, by: int) -> "Days":
        return Days(self.first - by, self.last + by)

    def joined(self, other: "Days | None") -> "Days":
        return self if other is None else Days(min(self.first, other.first), max(self.last, other.last))

    @property
    def span_ms(self) -> tuple[int, int]:
        """All instants at which a sample of these days may be, or another sample that decides on one."""
        return (self.first - 1) * DAY_MS, (self.last + 3) * DAY_MS


def reached(batch: SampleBatch) -> Days | None:
    """The local days that samples can lie on, wherever the member is."""
    if not len(batch):
        return None
    unknown = batch.offset_minutes == UNKNOWN_OFFSET
    shift = batch.offset_minutes.astype(np.int64) * MS_PER_MINUTE
    first = batch.start_ms + np.where(unknown, _WEST_MS, shift)
    last = batch.start_ms + measured(batch.duration_ms) - 1 + np.where(unknown, _EAST_MS, shift)
    return Days(int(first.min()) // DAY_MS, int(last.max()) // DAY_MS)


def lying_on(batch: SampleBatch, timezone: str | None) -> Days | None:
    """The local days that samples lie on by their own clocks, or keep other sources out of."""
    if not len(batch):
        return None
    first, last = days_of_each(batch, timezone)
    if batch.metric.aggregation != "sum":
        # A moment stands for a minute, also of the next day.
        last = np.maximum(last, whole(clocked(batch, timezone)).last_day)
    return Days(int(first.min()), int(last.max()))


def days_of_each(batch: SampleBatch, timezone: str | None) -> tuple[Int64s, Int64s]:
    """The first and the last local day of each sample by its own clock."""
    ends = batch.start_ms + np.maximum(_counted_duration(batch), 1) - 1
    known = clocked(batch, timezone)
    shift = known.batch.offset_minutes.astype(np.int64) * MS_PER_MINUTE
    later = np.where(known.assumed, offsets_at(ends, timezone).astype(np.int64) * MS_PER_MINUTE, shift)
    return (batch.start_ms + shift) // DAY_MS, (ends + np.maximum(shift, later)) // DAY_MS


def _counted_duration(batch: SampleBatch) -> Int64s:
    return np.where((batch.duration_ms < 0) | (batch.duration_ms > LONGEST_MS), 0, batch.duration_ms)


async def surroundings(uow: UnitOfWork, target: Metric, days: Days, provider: str | None = None) -> Surroundings:
    return await around(uow, rules.members_of(target), target, days.span_ms, provider)


async def count(
    uow: UnitOfWork,
    target: Metric,
    days: Days,
    known: Surroundings | None = None,
    written: Mapping[Key, SampleBatch] | None = None,
    *,
    removed: bool = False,
) -> None:
    """Counts days anew. `known` are their surroundings as read before `written` was, where that is still at hand.

    Where sources have different clocks, or a clock may have gone, samples of other sources can change their day too;
    and what is averaged can count less on one day for what another source has measured on the next.
    """
    found = known or await surroundings(uow, target, days)
    series = await found.series(target, written, days)
    # A source that is alone decides on its own days.
    clocks = [clocked(each.batch, found.order.timezone) for each in series] if len(series) > 1 else []
    moved = removed or are_mixed(clocks)
    with_day_before = target.aggregation != "sum" and (moved or _reach_into(clocks, days.first))
    if moved or with_day_before:
        days = days.wider(rules.CLOCK_DAYS if moved else 0)
        days = days._replace(first=days.first - int(with_day_before))
        found = await surroundings(uow, target, days)
        series = await found.series(target, None, days)
    counted = rules.figures(target, series, found.order, days.first, days.last)
    # Where samples only came, a day can have lost its figure to another source alone, one that covers all that it had.
    if moved or known is None or len(series) > 1:
        await figures.sweep(uow, target.code, days.first, days.last, counted)
    await figures.put(uow, target.code, counted)


def _reach_into(sources: Sequence[Clocked], day: int) -> bool:
    """Whether samples reach into a day from the one before."""
    parts = [claims(whole(each)) for each in sources]
    return any(bool(((each.day < day) & (each.last_day >= day)).any()) for each in parts)


async def recount(uow: UnitOfWork, most: int) -> int:
    """Counts figures anew whose clock or order of sources has changed, about `most` of them; answers how many.

    The member must be locked.
    """
    stale = await figures.stale(uow, most)
    by_metric: dict[int, list[int]] = {}
    for code, day in stale:
        by_metric.setdefault(code, []).append(day)
    for code, days in by_metric.items():
        for run in _runs(sorted(days)):
            await count(uow, METRICS_BY_CODE[code], run.wider(rules.CLOCK_DAYS))
    return len(stale)


def _runs(days: Sequence[int]) -> list[Days]:
    """Days as few spans without long gaps."""
    runs: list[Days] = []
    for day in days:
        if runs and day - runs[-1].last <= 2 * rules.CLOCK_DAYS + 1 and day - runs[-1].first < _DAYS_A_RUN:
            runs[-1] = Days(runs[-1].first, day)
        else:
            runs.append(Days(day, day))
    return runs

"""Local days that a window touches, each whole, as summaries tell them: samples against what sources say of the day."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from healthpartner.canonical.instants import date_of
from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import DAY_MS
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import window as windows
from healthpartner.domains.metrics.activity.answers import answers_of, told_of
from healthpartner.domains.metrics.activity.columns import figures_of_days
from healthpartner.domains.metrics.activity.figures import Field, metrics_of
from healthpartner.domains.metrics.activity.window import Window
from healthpartner.domains.metrics.fusion.clocks import MS_PER_MINUTE, midnight
from healthpartner.domains.metrics.fusion.fusing import fuse
from healthpartner.domains.metrics.rollups.rules import CLOCK_DAYS, MEMBERS, figures_of
from healthpartner.domains.metrics.samples import daily
from healthpartner.domains.metrics.samples.buckets import Buckets
from healthpartner.domains.metrics.timeseries.spans import Spans, WindowMs, days_of

# By metric code and day since 1970.
_Sampled = Mapping[int, Mapping[int, "_Day"]]


class _Day(NamedTuple):
    """What samples say about a day beside its figure; `provider` is the one behind it, None where there are several."""

    start_ms: int
    end_ms: int
    samples: int
    provider: str | None


async def read(uow: UnitOfWork, metric: Metric, window_ms: WindowMs, provider: str | None) -> Spans | None:
    """Days of which anything is known, ascending; None without any."""
    days = daily.Days(window_ms[0] // DAY_MS, (window_ms[1] - 1) // DAY_MS).wider(CLOCK_DAYS)
    # No source tells of a day in two components.
    if metric.has_second:
        found = await daily.surroundings(uow, metric, days, provider)
        return _touched(days_of(fuse(metric, await found.series(metric), found.order)), window_ms)
    metrics = metrics_of((Field(metric.slug, metric),))
    known = await windows.read(uow, metrics, date_of(days.first), date_of(days.last), provider)
    sampled = {each.code: await _sampled(uow, each, days, known, provider) for each in metrics}
    return _touched(_Telling(metric, metrics, known, sampled).spans(), window_ms)


async def _sampled(
    uow: UnitOfWork, metric: Metric, days: daily.Days, known: Window, provider: str | None
) -> dict[int, _Day]:
    """By day. Adds the figures of a metric of which none are kept to what is known."""
    found = await daily.surroundings(uow, metric, days, provider)
    fused = fuse(metric, await found.series(metric), found.order)
    if metric.code not in MEMBERS:
        figures = figures_of(metric.aggregation, fused, days.first, days.last)
        known.figures[metric.code] = figures_of_days(figures, known.days)
    spans = days_of(fused)
    if spans is None:
        return {}
    numbers = (spans.buckets.keys // DAY_MS, spans.start_ms, spans.end_ms, spans.buckets.counts)
    rows = zip(*(column.tolist() for column in numbers), spans.providers(slice(None)), strict=False)
    return {day: _Day(*told) for day, *told in rows}


def _touched(spans: Spans | None, window_ms: WindowMs) -> Spans | None:
    if spans is None:
        return None
    touched = (spans.start_ms < window_ms[1]) & (spans.end_ms > window_ms[0])
    return spans.take(touched) if touched.any() else None


class _Telling:
    """One metric's days, whoever tells of them. `metrics` are those that its figures are made of, itself first."""

    def __init__(self, metric: Metric, metrics: Sequence[Metric], known: Window, sampled: _Sampled) -> None:
        self._known = known
        self._sampled = sampled
        self._answers = answers_of(known, metric, "value")
        self._metrics = metrics
        self._of_each = {each.code: told_of(known, each, "value") for each in metrics}

    def spans(self) -> Spans | None:
        told = [
            (day, number)
            for day, number in zip(self._known.days, self._answers.numbers, strict=True)
            if number is not None
        ]
        if not told:
            return None
        days = [day for day, _ in told]
        edges = np.array([self._edges(day) for day in days], np.int64)
        samples = np.array([self._samples(day) for day in days], np.int64)
        values = np.array([number for _, number in told])
        buckets = Buckets(np.array(days, np.int64) * DAY_MS, values, None, samples)
        providers = [self._provider(day) for day in days]
        names = sorted({each for each in providers if each is not None})
        # First and last are not the same where there are several.
        lowest = np.array([0 if each is None else names.index(each) for each in providers], np.intp)
        highest = np.array([-1 if each is None else names.index(each) for each in providers], np.intp)
        return Spans(buckets, edges[:, 0], edges[:, 1], names, (lowest, highest))

    def _telling(self, day: int) -> list[Metric]:
        """The metrics that the day's figure comes from: the metric itself, or else what is added up to it."""
        first, *rest = self._metrics
        at = self._known.place(day)
        itself = self._of_each[first.code].numbers[at] == self._answers.numbers[at]
        return [first] if itself else rest

    def _samples(self, day: int) -> int:
        """How many count: none where a source's own total is the figure."""
        at = self._known.place(day)
        return sum(
            self._sampled[each.code][day].samples
            for each in self._telling(day)
            if day in self._sampled[each.code]
            and self._known.figures_of(each).value[at] == self._of_each[each.code].numbers[at]
        )

    def _edges(self, day: int) -> tuple[int, int]:
        """By the clocks of the first and the last sample, else by that of who tells of the day, else the member's."""
        for each in self._telling(day):
            if day in self._sampled[each.code]:
                told = self._sampled[each.code][day]
                return told.start_ms, told.end_ms
            for total in self._known.totals_of(each).get(day, ()):
                told_by = self._of_each[each.code].sources_at(self._known.place(day))
                if total.offset_minutes is not None and total.source_id in told_by:
                    start_ms = day * DAY_MS - total.offset_minutes * MS_PER_MINUTE
                    return start_ms, start_ms + DAY_MS
        return midnight(day, self._known.timezone), midnight(day + 1, self._known.timezone)

    def _provider(self, day: int) -> str | None:
        """The one behind the figure. Figures that were kept elsewhere do not tell, but what is left of the samples does."""
        sources = self._answers.sources_at(self._known.place(day))
        found: set[str | None] = {self._known.sources[source_id].provider for source_id in sources}
        if not sources:
            found = {told.provider for each in self._telling(day) if (told := self._sampled[each.code].get(day))}
        return found.pop() if len(found) == 1 else None

"""What is known about a window of days: each metric's figure of each day, and what sources say about whole days."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.samples import SampleSource
from healthpartner.core.errors import Unauthorized
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import store
from healthpartner.domains.metrics.activity.columns import Figures, Sources, figures_of_days, spread, unknown_figures
from healthpartner.domains.metrics.activity.figures import WITH_EXTREMES
from healthpartner.domains.metrics.fusion.fusing import Fused, Order, fuse
from healthpartner.domains.metrics.fusion.priorities import Rank, rank
from healthpartner.domains.metrics.rollups import store as rollups
from healthpartner.domains.metrics.rollups.day_figure import DayFigure
from healthpartner.domains.metrics.rollups.rules import MEMBERS, figures_of
from healthpartner.domains.metrics.samples import daily


class Total(NamedTuple):
    source_id: int
    offset_minutes: int | None
    value: float | None
    minimum: float | None
    maximum: float | None


class Window(NamedTuple):
    """Days are since 1970, ascending. Figures and totals are by metric code.

    Each day's totals are by rank of their sources, to which `preferred`, the tenant's own order, belongs.
    """

    days: Sequence[int]
    timezone: str | None
    sources: Mapping[int, SampleSource]
    figures: dict[int, Figures]
    totals: dict[int, dict[int, list[Total]]]
    preferred: dict[int, Sequence[str]]

    def place(self, day: int) -> int:
        """Where a day stands in columns."""
        return day - self.days[0]

    def knows(self, metric: Metric) -> bool:
        """Whether anything is known about the metric itself."""
        return metric.code in self.figures or metric.code in self.totals

    def figures_of(self, metric: Metric) -> Figures:
        return self.figures.get(metric.code) or unknown_figures(len(self.days))

    def totals_of(self, metric: Metric) -> Mapping[int, Sequence[Total]]:
        return self.totals.get(metric.code, {})

    def rank(self, metric: Metric, total: Total) -> Rank:
        """Where the source of a total stands."""
        return rank(metric, self.sources[total.source_id], self.preferred.get(metric.code, ()))


async def read(
    uow: UnitOfWork, metrics: Sequence[Metric], start: date | None, end: date | None, provider: str | None
) -> Window:
    """Figures come from what is kept; those of one provider, and those that are overtaken, from the samples.

    Metrics that no summary shows have totals alone.
    Raises Unauthorized for a member who is gone.
    """
    codes = [metric.code for metric in metrics]
    rows = await store.window(uow, start, end, uow.now(), codes, WITH_EXTREMES)
    found = _window(rows, provider, await _preferred(uow, rows))
    stale = {row["id"] for row in rows if row["kind"] == "stale"}
    for metric in metrics:
        if metric.code in MEMBERS and (provider is not None or metric.code in stale):
            await _count(uow, found, metric, provider)
    return found


async def fused(uow: UnitOfWork, metric: Metric, days: daily.Days, provider: str | None) -> tuple[Order, list[Fused]]:
    """Every source's samples of some days and their shares, with what decides on them."""
    around = await daily.surroundings(uow, metric, days, provider)
    return around.order, fuse(metric, await around.series(metric), around.order)


async def _count(uow: UnitOfWork, found: Window, metric: Metric, provider: str | None) -> None:
    if not found.days:
        return
    first, last = found.days[0], found.days[-1]
    _, counted = await fused(uow, metric, daily.Days(first, last), provider)
    kept = await rollups.frozen(uow, metric.code, first, last)
    # What several providers have made together says nothing about one of them.
    kept = [each for each in kept if provider in {None, *_providers(found, each)}]
    told = [*figures_of(metric.aggregation, counted, first, last), *kept]
    found.figures[metric.code] = figures_of_days(told, found.days)


def _providers(found: Window, figure: DayFigure) -> set[str]:
    """The one behind a figure, or none."""
    names = {found.sources[source_id].provider for source_id in figure.sources}
    return names if len(names) == 1 else set()


async def _preferred(uow: UnitOfWork, rows: Sequence[Any]) -> dict[int, Sequence[str]]:
    """What decides among totals, where several sources have some."""
    totals = [row for row in rows if row["kind"] == "total"]
    if not totals or len(set().union(*(row["source"] for row in totals))) == 1:
        return {}
    return await store.preferred(uow, [row["id"] for row in totals])


def _window(rows: Sequence[Any], provider: str | None, preferred: dict[int, Sequence[str]]) -> Window:
    by_kind: dict[str, list[Any]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    if "member" not in by_kind:
        raise Unauthorized
    (member,) = by_kind["member"]
    sources = {row["id"]: SampleSource(row["told"][0], row["told"][1] or None) for row in by_kind.get("source", ())}
    first, last = member["days"]
    found = Window(list(range(first, last + 1)), member["told"][0], sources, {}, {}, preferred)
    if provider is None:
        found.figures.update((row["id"], _figures(row, found.days)) for row in by_kind.get("figure", ()))
    for row in by_kind.get("total", ()):
        found.totals[row["id"]] = _totals(row, found, provider)
    return found


def _figures(row: Any, window: Sequence[int]) -> Figures:
    days = row["days"]
    value, sources = spread(days, row["value"], window), spread(days, _sources(row), window)
    if row["extremes"] is None:
        return unknown_figures(len(window))._replace(value=value, sources=sources)
    minimum, maximum = zip(*row["extremes"], strict=True)
    return Figures(value, spread(days, minimum, window), spread(days, maximum, window), sources)


def _sources(row: Any) -> list[Sources]:
    """Mostly one source has them all."""
    ones = set(row["source"])
    if len(ones) == 1 and row["told"] is None:
        return [tuple(ones)] * len(row["source"])
    # Several mostly are the same ones.
    named = {text: tuple(map(int, text.split())) for text in set(row["told"] or ())}
    several = iter(row["told"] or ())
    return [(one,) if one is not None else named[next(several)] for one in row["source"]]


def _totals(row: Any, window: Window, provider: str | None) -> dict[int, list[Total]]:
    """Of one metric, by day; of one provider where that is asked for."""
    found: dict[int, list[Total]] = {}
    columns = zip(row["days"], row["source"], row["value"], row["extremes"], strict=True)
    for day, source, value, (minimum, maximum, offset) in columns:
        total = Total(source, None if offset is None else int(offset), value, minimum, maximum)
        if provider in {None, window.sources[source].provider}:
            found.setdefault(day, []).append(total)
    metric = METRICS_BY_CODE[row["id"]]
    for several in found.values():
        if len(several) > 1:
            several.sort(key=lambda total: window.rank(metric, total))
    return found

"""What is known about a window of days: each metric's figure of each day, and what sources say about whole days."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.samples import SampleSource
from healthpartner.core.errors import Unauthorized
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import store
from healthpartner.domains.metrics.activity.columns import Figures, figures_of_days, unknown_figures
from healthpartner.domains.metrics.activity.months import cuts, figures_by_metric
from healthpartner.domains.metrics.fusion.fusing import Fused, Order, fuse
from healthpartner.domains.metrics.fusion.priorities import Rank, rank
from healthpartner.domains.metrics.rollups import store as rollups
from healthpartner.domains.metrics.rollups.day_figure import DayFigure
from healthpartner.domains.metrics.rollups.rules import MEMBERS, figures_of
from healthpartner.domains.metrics.samples import daily

_Rows = defaultdict[str, list[Any]]


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
    rows = _by_kind(await store.window(uow, start, end, uow.now(), [metric.code for metric in metrics]))
    found = _window(rows, provider, await _preferred(uow, rows))
    stale = {row["id"] for row in rows["stale"]}
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


def _by_kind(rows: Sequence[Any]) -> _Rows:
    by_kind: _Rows = defaultdict(list)
    for row in rows:
        by_kind[row["kind"]].append(row)
    if not by_kind["member"]:
        raise Unauthorized
    return by_kind


async def _preferred(uow: UnitOfWork, rows: _Rows) -> dict[int, Sequence[str]]:
    """What decides among totals, where several sources have some."""
    totals = [total for row in rows["total"] for total in row["numbers"]]
    if len({source for _, _, source, *_ in totals}) <= 1:
        return {}
    return await store.preferred(uow, sorted({int(metric) for metric, *_ in totals}))


def _window(rows: _Rows, provider: str | None, preferred: dict[int, Sequence[str]]) -> Window:
    (member,) = rows["member"]
    sources = {row["id"]: SampleSource(row["texts"][0], row["texts"][1] or None) for row in rows["source"]}
    first, last = map(int, member["numbers"])
    # What all providers have made together says nothing about one of them.
    figures = figures_by_metric(rows["figure"] if provider is None else (), cuts(first, last))
    found = Window(list(range(first, last + 1)), member["texts"][0], sources, figures, {}, preferred)
    for row in rows["total"]:
        _add_totals(found, row["numbers"], provider)
    return found


def _add_totals(found: Window, told: Sequence[Sequence[Any]], provider: str | None) -> None:
    """Of one provider where that is asked for."""
    for metric, day, source, offset, *numbers in told:
        total = Total(int(source), None if offset is None else int(offset), *numbers)
        if provider in {None, found.sources[total.source_id].provider}:
            found.totals.setdefault(int(metric), {}).setdefault(int(day), []).append(total)
    for code, days in found.totals.items():
        by_rank = partial(found.rank, METRICS_BY_CODE[code])
        for several in days.values():
            if len(several) > 1:
                several.sort(key=by_rank)

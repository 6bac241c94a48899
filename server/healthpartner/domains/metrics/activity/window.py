"""What is known about a window of days: each metric's figure of each day, and what sources say about whole days."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.samples import SampleSource
from healthpartner.core.errors import Unauthorized
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import store
from healthpartner.domains.metrics.fusion.fusing import Fused, Order, fuse
from healthpartner.domains.metrics.rollups.rules import figures_of
from healthpartner.domains.metrics.samples import daily

# (metric code, day since 1970)
At = tuple[int, int]


class Figure(NamedTuple):
    """What the samples of a day say, of the sources that count."""

    value: float
    minimum: float
    maximum: float
    sources: tuple[int, ...]


class Total(NamedTuple):
    source_id: int
    offset_minutes: int | None
    value: float | None
    minimum: float | None
    maximum: float | None


class Window(NamedTuple):
    """Days are since 1970, the first and the last included."""

    first: int
    last: int
    timezone: str | None
    sources: Mapping[int, SampleSource]
    figures: dict[At, Figure]
    totals: dict[At, list[Total]]


async def read(
    uow: UnitOfWork, metrics: Sequence[Metric], start: date | None, end: date | None, provider: str | None
) -> Window:
    """Figures come from what is kept; those of one provider, and those that are overtaken, from the samples.

    Raises Unauthorized for a member who is gone.
    """
    codes = [metric.code for metric in metrics]
    rows = await store.window(uow, start, end, uow.now(), codes)
    found = _window(rows, provider)
    stale = {row["id"] for row in rows if row["kind"] == "figure" and row["stale"]}
    for metric in metrics:
        if provider is not None or metric.code in stale:
            await _count(uow, found, metric, provider)
    return found


async def fused(uow: UnitOfWork, metric: Metric, days: daily.Days, provider: str | None) -> tuple[Order, list[Fused]]:
    """Every source's samples of some days and their shares, with what decides on them."""
    around = await daily.surroundings(uow, metric, days, provider)
    return around.order, fuse(metric, await around.series(metric), around.order)


async def _count(uow: UnitOfWork, found: Window, metric: Metric, provider: str | None) -> None:
    _, counted = await fused(uow, metric, daily.Days(found.first, found.last), provider)
    for at in [at for at in found.figures if at[0] == metric.code]:
        del found.figures[at]
    for each in figures_of(metric.aggregation, counted, found.first, found.last):
        found.figures[metric.code, each.day] = Figure(each.value, each.minimum, each.maximum, tuple(each.sources))


def _window(rows: Sequence[Any], provider: str | None) -> Window:
    member = next((row for row in rows if row["kind"] == "member"), None)
    if member is None:
        raise Unauthorized
    first, last = member["days"]
    sources = {
        row["id"]: SampleSource(row["told"][0], row["told"][1] or None) for row in rows if row["kind"] == "source"
    }
    found = Window(first, last, member["told"][0], sources, {}, {})
    for row in rows:
        if row["kind"] == "figure" and provider is None:
            _add_figures(found, row)
        elif row["kind"] == "total":
            _add_totals(found, row, provider)
    return found


def _add_figures(found: Window, row: Any) -> None:
    columns = zip(row["days"], row["value"], row["minimum"], row["maximum"], row["told"], strict=True)
    for day, value, minimum, maximum, told in columns:
        if found.first <= day <= found.last:
            figure = Figure(value, minimum, maximum, tuple(map(int, told.split())))
            found.figures[row["id"], day] = figure


def _add_totals(found: Window, row: Any, provider: str | None) -> None:
    columns = zip(row["days"], row["told"], row["value"], row["minimum"], row["maximum"], strict=True)
    for day, told, *numbers in columns:
        source_id, *offset = map(int, told.split())
        if provider in {None, found.sources[source_id].provider}:
            total = Total(source_id, offset[0] if offset else None, *numbers)
            found.totals.setdefault((row["id"], day), []).append(total)

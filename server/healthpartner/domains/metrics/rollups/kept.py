"""Figures of days whose samples are no more, for those who take everything along: all others follow from the samples."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

from healthpartner.canonical.instants import day_of
from healthpartner.canonical.metrics import METRICS, METRICS_BY_CODE
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.rollups import store
from healthpartner.domains.metrics.rollups.day_figure import DayFigure

_ROWS_A_PAGE = 500


async def every_kept(uow: UnitOfWork) -> AsyncIterator[list[dict[str, Any]]]:
    """By metric and day, a few at a time."""
    after = (-1, date.min)
    while True:
        page = await store.frozen_of_member(uow, after, _ROWS_A_PAGE)
        if page:
            yield [_told(row) for row in page]
        if len(page) < _ROWS_A_PAGE:
            return
        after = (page[-1]["metric"], page[-1]["day"])


async def put_kept(uow: UnitOfWork, told: Sequence[dict[str, Any]]) -> None:
    """What `every_kept` has told, with `day` for `date`, into a member. The member must be locked."""
    by_metric: dict[str, list[DayFigure]] = {}
    for row in told:
        numbers = (row["value"], row["minimum"], row["maximum"], row["samples"])
        by_metric.setdefault(row["metric"], []).append(DayFigure(day_of(row["day"]), *numbers, [], False, False))
    for slug, figures in by_metric.items():
        code = METRICS[slug].code
        await store.put(uow, code, figures)
        await store.freeze(uow, code, [figure.day for figure in figures])


def _told(row: Any) -> dict[str, Any]:
    metric = METRICS_BY_CODE[row["metric"]]
    figures = {name: row[name] for name in ("value", "minimum", "maximum", "samples")}
    return {"date": row["day"], "metric": metric.slug, **figures, "unit": metric.unit}

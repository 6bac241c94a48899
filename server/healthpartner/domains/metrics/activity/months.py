"""Figures as they are kept to be read, a month in a row, cut to the days of a window."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from healthpartner.canonical.instants import date_of
from healthpartner.domains.metrics.activity.columns import Column, Figures, Sources, unknown_figures


class Cut(NamedTuple):
    """The days of one month that a window has: from the place `first` to before `end`. `month` is its first day."""

    month: int
    first: int
    end: int


def cuts(first: int, last: int) -> list[Cut]:
    """Of the days from `first` to `last`, since 1970, ascending."""
    found: list[Cut] = []
    while first <= last:
        day = date_of(first)
        month = first - day.day + 1
        end = min(last + 1, month + monthrange(day.year, day.month)[1])
        found.append(Cut(month, first - month, end - month))
        first = end
    return found


def figures_by_metric(rows: Iterable[Any], window: Sequence[Cut]) -> dict[int, Figures]:
    """Of rows of `store.window`, one for each metric and month that has any."""
    by_month = {cut.month: cut for cut in window}
    by_metric: dict[int, dict[int, Figures]] = {}
    for row in rows:
        if cut := by_month.get(row["day"]):
            by_metric.setdefault(row["id"], {})[cut.month] = _figures(row, cut)
    return {metric: _joined(months, window) for metric, months in by_metric.items()}


def _figures(row: Any, cut: Cut) -> Figures:
    _, first, end = cut
    value = row["numbers"][first:end]
    sources = _sources(row["ids"], row["texts"], value, cut)
    if row["minimum"] is None:
        unknown = [None] * len(value)
        return Figures(value, unknown, unknown, sources)
    return Figures(value, row["minimum"][first:end], row["maximum"][first:end], sources)


def _joined(months: Mapping[int, Figures], window: Sequence[Cut]) -> Figures:
    if len(window) == 1:
        return months[window[0].month]
    parts = [months.get(month) or unknown_figures(end - first) for month, first, end in window]
    return Figures(*(list(chain.from_iterable(column)) for column in zip(*parts, strict=True)))


def _sources(
    of_all: Sequence[int] | None, of_each: Sequence[str | None] | None, value: Column[float], cut: Cut
) -> Column[Sources]:
    if of_each is None:
        one = tuple(of_all or ())
        return [one] * len(value) if None not in value else [None if each is None else one for each in value]
    told = of_each[cut.first : cut.end]
    # Days mostly have the same sources as others.
    named = {text: None if text is None else tuple(map(int, text.split())) for text in set(told)}
    return [named[text] for text in told]

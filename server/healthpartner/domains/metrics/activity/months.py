"""Figures as they are kept to be read, a month in a row, cut to the days of a window."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from healthpartner.canonical.instants import date_of
from healthpartner.domains.metrics.activity.columns import Column, Figures, Sources, is_whole

# Of a month in which a metric has no figure.
_NOTHING = (None, None, None, None, None)


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
    by_metric: dict[int, dict[int, Any]] = {}
    for _, metric, month, *told in rows:
        by_metric.setdefault(metric, {})[month] = told
    return {metric: _figures(months, window) for metric, months in by_metric.items()}


def _figures(months: Mapping[int, Any], window: Sequence[Cut]) -> Figures:
    value: list[float | None] = []
    minimum: list[float | None] = []
    maximum: list[float | None] = []
    sources: list[Sources | None] = []
    for month, first, end in window:
        unknown = [None] * (end - first)
        numbers, lowest, highest, source, several = months.get(month, _NOTHING)
        told = unknown if numbers is None else numbers[first:end]
        value += told
        minimum += unknown if lowest is None else lowest[first:end]
        maximum += unknown if highest is None else highest[first:end]
        sources += _alike(source, told) if several is None else _different(several[first:end])
    return Figures(value, minimum, maximum, sources)


def _alike(source: int | None, value: Column[float]) -> Column[Sources]:
    """Of figures that all have one source."""
    one = None if source is None else (source,)
    return [one] * len(value) if is_whole(value) else [None if each is None else one for each in value]


def _different(sources: Sequence[str | None]) -> Column[Sources]:
    # Days mostly have the same as others.
    named = {text: None if text is None else tuple(map(int, text.split())) for text in set(sources)}
    return [named[text] for text in sources]

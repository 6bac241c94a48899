"""Figures as they are kept to be read, a month in a row, cut to the days of a window."""

import math
import struct
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from healthpartner.canonical.instants import date_of
from healthpartner.domains.metrics.activity.columns import Column, Figures, Sources, is_whole

_BYTES = 8
_UNKNOWN = struct.pack(">d", math.nan)


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
    for row in rows:
        by_metric.setdefault(row["id"], {})[row["day"]] = row
    return {metric: _figures(months, window) for metric, months in by_metric.items()}


def _figures(months: Mapping[int, Any], window: Sequence[Cut]) -> Figures:
    value = _column(months, "value", window)
    sources = _sources(months, value, window)
    if next(iter(months.values()))["minimum"] is None:
        unknown = [None] * len(value)
        return Figures(value, unknown, unknown, sources)
    return Figures(value, _column(months, "minimum", window), _column(months, "maximum", window), sources)


def _column(months: Mapping[int, Any], name: str, window: Sequence[Cut]) -> Column[float]:
    told = b"".join(
        [
            months[month][name][first * _BYTES : end * _BYTES] if month in months else _UNKNOWN * (end - first)
            for month, first, end in window
        ]
    )
    numbers = struct.unpack(f">{len(told) // _BYTES}d", told)
    # Whatever is added to NaN is NaN, so that mostly no number has to be asked.
    return list(numbers) if not math.isnan(sum(numbers)) else [None if math.isnan(each) else each for each in numbers]


def _sources(months: Mapping[int, Any], value: Column[float], window: Sequence[Cut]) -> Column[Sources]:
    # Mostly one source has them all; where there are several, it is null.
    ones = {month["source"] for month in months.values()}
    if len(ones) == 1 and None not in ones:
        return _alike(ones.pop(), value)
    told: list[Sources | None] = []
    for month, first, end in window:
        row, days = months.get(month), value[len(told) : len(told) + end - first]
        if row is None:
            told += [None] * len(days)
        elif row["texts"] is None:
            told += _alike(row["source"], days)
        else:
            told += _different(row["texts"][first:end])
    return told


def _alike(source: int, value: Column[float]) -> Column[Sources]:
    """Of figures that all have one source."""
    one = (source,)
    return [one] * len(value) if is_whole(value) else [None if each is None else one for each in value]


def _different(sources: Sequence[str | None]) -> Column[Sources]:
    # Days mostly have the same as others.
    named = {text: None if text is None else tuple(map(int, text.split())) for text in set(sources)}
    return [named[text] for text in sources]

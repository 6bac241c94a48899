"""What is known about the days of a window, column by column: a place for each day, None where nothing is known."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from healthpartner.domains.metrics.rollups.day_figure import DayFigure

T = TypeVar("T")

Sources = tuple[int, ...]
Column = Sequence[T | None]


class Figures(NamedTuple):
    """What the samples of one metric say, and the sources that count.

    Extremes are there for the metrics of `figures.WITH_EXTREMES`.
    """

    value: Column[float]
    minimum: Column[float]
    maximum: Column[float]
    sources: Column[Sources]


class Answers(NamedTuple):
    """What counts on each day, and the sources that it comes from."""

    numbers: Column[float]
    sources: Column[Sources]

    def sources_at(self, place: int) -> Sources:
        return self.sources[place] or ()


def is_whole(numbers: Column[float]) -> bool:
    """Whether there is a number for every day. To add them up fails at None, in a third of the time of looking for it."""
    try:
        sum(numbers)  # type: ignore[arg-type]
    except TypeError:
        return False
    return True


def unknown_figures(days: int) -> Figures:
    unknown = [None] * days
    return Figures(unknown, unknown, unknown, unknown)


def spread(days: Sequence[int], told: Sequence[T], window: Sequence[int]) -> Column[T]:
    """What is told of some days of a window, in any order; of a day that comes twice, the last."""
    # As it comes from the database, mostly.
    if days == window:
        return told
    column: list[T | None] = [None] * len(window)
    for day, each in zip(days, told, strict=True):
        column[day - window[0]] = each
    return column


def figures_of_days(told: Sequence[DayFigure], window: Sequence[int]) -> Figures:
    days = [each.day for each in told]
    return Figures(
        spread(days, [each.value for each in told], window),
        spread(days, [each.minimum for each in told], window),
        spread(days, [each.maximum for each in told], window),
        spread(days, [tuple(each.sources) for each in told], window),
    )

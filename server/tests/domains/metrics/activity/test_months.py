"""Months of figures, cut to the days of a window."""

import math
import struct
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from healthpartner.canonical.instants import date_of, day_of
from healthpartner.domains.metrics.activity.months import Cut, cuts, figures_by_metric

JANUARY, FEBRUARY = day_of(date(2026, 1, 1)), day_of(date(2026, 2, 1))


def month(first_day: int, days: int, metric: int = 7, **told: Any) -> dict[str, Any]:
    """A row of one month as the database has it; unless told otherwise, each day's value is its place."""
    row = {"value": list(range(days)), "minimum": None, "maximum": None, "source": 3, "texts": None, **told}
    return {
        **row,
        "id": metric,
        "day": first_day,
        **{name: row[name] and packed(row[name]) for name in ("value", "minimum", "maximum")},
    }


def packed(numbers: list[float | None]) -> bytes:
    return struct.pack(f">{len(numbers)}d", *(math.nan if each is None else each for each in numbers))


@given(st.integers(0, 30_000), st.integers(-2, 800))
def test_every_day_of_a_window_has_its_place_in_its_month_once(first: int, length: int) -> None:
    found = [
        (date_of(cut.month), date_of(cut.month + place))
        for cut in cuts(first, first + length - 1)
        for place in range(cut.first, cut.end)
    ]

    assert [day_of(day) for _, day in found] == list(range(first, first + length))
    assert all(begin == day.replace(day=1) for begin, day in found)


def test_a_window_within_one_month_is_one_cut() -> None:
    assert cuts(FEBRUARY + 4, FEBRUARY + 9) == [Cut(FEBRUARY, 4, 10)]


def test_days_of_two_months_follow_each_other() -> None:
    rows = [month(FEBRUARY, 28, source=5), month(JANUARY, 31)]

    (figures,) = figures_by_metric(rows, cuts(FEBRUARY - 2, FEBRUARY + 1)).values()

    assert figures.value == [29.0, 30.0, 0.0, 1.0]
    assert figures.sources == [(3,), (3,), (5,), (5,)]


def test_nothing_is_known_of_a_month_that_is_not_there_nor_of_numbers_that_are_not_told() -> None:
    (figures,) = figures_by_metric([month(FEBRUARY, 28)], cuts(FEBRUARY - 2, FEBRUARY)).values()

    assert figures.value == [None, None, 0.0]
    assert figures.sources == [None, None, (3,)]
    assert figures.minimum == figures.maximum == [None, None, None]


def test_the_extremes_are_those_of_their_days() -> None:
    told = month(JANUARY, 31, minimum=[50.0] * 30 + [48.0], maximum=[90.0] * 30 + [120.0])

    (figures,) = figures_by_metric([told], cuts(JANUARY + 29, JANUARY + 30)).values()

    assert (figures.minimum, figures.maximum) == ([50.0, 48.0], [90.0, 120.0])


def test_days_with_one_source_with_several_with_none_and_without_a_figure_are_told_apart() -> None:
    told = month(JANUARY, 31, source=None, texts=["3 5", "3", "", None, *["3"] * 27])

    (figures,) = figures_by_metric([told], cuts(JANUARY, JANUARY + 4)).values()

    assert figures.sources == [(3, 5), (3,), (), None, (3,)]


def test_a_day_without_a_figure_has_no_source_where_one_has_all_the_others() -> None:
    told = month(JANUARY, 31, value=[None, 7.0, *[None] * 29])

    (figures,) = figures_by_metric([told], cuts(JANUARY, JANUARY + 2)).values()

    assert figures.sources == [None, (3,), None]


def test_metrics_are_kept_apart() -> None:
    found = figures_by_metric([month(JANUARY, 31), month(JANUARY, 31, metric=8)], cuts(JANUARY, JANUARY))

    assert set(found) == {7, 8}


def test_a_window_without_days_has_no_figures() -> None:
    (figures,) = figures_by_metric([month(JANUARY, 31)], cuts(JANUARY + 3, JANUARY + 2)).values()

    assert figures == ([], [], [], [])

"""Columns of a window's days."""

from hypothesis import given
from hypothesis import strategies as st

from healthpartner.domains.metrics.activity.columns import figures_of_days, spread, unknown_figures
from healthpartner.domains.metrics.rollups.day_figure import DayFigure

WINDOW = list(range(20_500, 20_510))

told_days = st.lists(st.tuples(st.sampled_from(WINDOW), st.integers(0, 9).map(float)), max_size=12)


@given(told_days)
def test_each_day_has_its_place_whatever_the_order_and_the_last_word_counts(told: list[tuple[int, float]]) -> None:
    column = spread([day for day, _ in told], [number for _, number in told], WINDOW)

    assert list(column) == [dict(told).get(day) for day in WINDOW]


def test_a_column_that_is_whole_is_left_as_it_is() -> None:
    told = [float(day) for day in WINDOW]

    assert spread(list(WINDOW), told, WINDOW) is told


def test_figures_of_days_stand_in_the_places_of_their_days() -> None:
    figure = DayFigure(WINDOW[2], 61.5, 50.0, 70.0, 3, [4, 7], contested=True, floating=False)

    figures = figures_of_days([figure], WINDOW)

    assert (figures.value[2], figures.minimum[2], figures.maximum[2], figures.sources[2]) == (61.5, 50.0, 70.0, (4, 7))
    assert figures.value[:2] == figures.sources[:2] == [None, None]


def test_nothing_is_known_of_any_day_where_there_are_no_figures() -> None:
    assert all(column == [None] * len(WINDOW) for column in unknown_figures(len(WINDOW)))
    assert figures_of_days([], WINDOW) == unknown_figures(len(WINDOW))


def test_a_window_without_days_has_empty_columns() -> None:
    assert spread([], [], []) == []

"""Windows of days, and pages of what lies in them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.pagination import PageRequest, decode_cursor
from healthpartner.domains.metrics.items.day_window import EARLIEST, LATEST, DayWindow
from healthpartner.domains.metrics.sessions.window import instants, newest_first

NOW = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def key(item: tuple[int, int]) -> tuple[datetime, UUID]:
    return NOW + timedelta(hours=item[0]), UUID(int=item[1])


@pytest.mark.parametrize("hours", [-12, 0, 14])
def test_the_instants_of_a_window_hold_its_days_on_every_clock(hours: int) -> None:
    window = DayWindow(date(2026, 3, 1), date(2026, 3, 2))

    start, end = instants(window, NOW, timedelta(0))

    local_midnight = datetime(2026, 3, 1, tzinfo=UTC) - timedelta(hours=hours)
    assert start <= local_midnight
    assert end >= local_midnight + 2 * DAY


@pytest.mark.parametrize("day", [EARLIEST, LATEST])
def test_the_ends_of_the_calendar_are_no_trouble(day: date) -> None:
    for window in (DayWindow(day, day), DayWindow(None, day)):
        start, end = instants(window, NOW, 7 * DAY)
        assert start < end


@given(
    st.sets(st.tuples(st.integers(0, 50), st.integers(0, 3)), max_size=30),
    st.sets(st.tuples(st.integers(0, 50), st.integers(0, 3)), max_size=5),
    st.integers(1, 7),
)
def test_a_cursor_shows_what_was_there_once_while_others_are_added(
    items: set[tuple[int, int]], added: set[tuple[int, int]], limit: int
) -> None:
    seen: list[tuple[int, int]] = []
    page = PageRequest(limit)
    while True:
        shown, pagination = newest_first(list(items), key, page)
        seen += shown
        if pagination.next_cursor is None:
            break
        page = PageRequest(limit, 0, decode_cursor(pagination.next_cursor))
        items = items | added

    assert len(seen) == len(set(seen))
    assert set(items) - added <= set(seen)
    assert seen == sorted(seen, reverse=True)

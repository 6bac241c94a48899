"""Windows of days, and pages of what lies in them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.errors import ValidationFailed
from healthpartner.core.pagination import PageRequest, decode_cursor
from healthpartner.domains.metrics.sessions.window import date_window, newest_first

NOW = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def key(item: tuple[int, int]) -> tuple[datetime, UUID]:
    return NOW + timedelta(hours=item[0]), UUID(int=item[1])


def test_the_default_is_the_last_thirty_days_on_the_members_clock() -> None:
    assert date_window(None, None).days(NOW, None) == (date(2026, 2, 13), date(2026, 3, 14))
    assert date_window(None, None).days(NOW, "Asia/Tokyo") == (date(2026, 2, 14), date(2026, 3, 15))


def test_one_end_alone_says_the_other() -> None:
    assert date_window(date(2026, 3, 1), None).days(NOW, None) == (date(2026, 3, 1), date(2026, 3, 14))
    assert date_window(None, date(2026, 1, 30)).days(NOW, None) == (date(2026, 1, 1), date(2026, 1, 30))
    assert date_window(date(2027, 1, 1), None).days(NOW, None) == (date(2027, 1, 1), date(2027, 1, 1))


def test_a_window_that_is_backwards_or_too_long_is_refused() -> None:
    for start, end in ((date(2026, 3, 2), date(2026, 3, 1)), (date(2020, 1, 1), date(2026, 1, 1))):
        with pytest.raises(ValidationFailed):
            date_window(start, end)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_no_trouble(day: date) -> None:
    for window in (date_window(day, day), date_window(None, day), date_window(day, None)):
        start, end = window.instants(NOW, 2 * DAY)
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

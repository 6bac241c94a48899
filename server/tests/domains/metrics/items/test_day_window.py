"""Windows of days of members anywhere."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.errors import ValidationFailed
from healthpartner.domains.metrics.items.day_window import LONGEST_DAYS, DayWindow

NOW = datetime(2026, 3, 14, 22, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 3, 14), date(2026, 3, 15)
# The clocks that are furthest from UTC, and some between.
ZONES = [None, "Etc/GMT+12", "America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo", "Pacific/Kiritimati"]


@pytest.mark.parametrize(
    ("timezone", "first"),
    [
        (None, date(2026, 2, 13)),
        ("America/Los_Angeles", date(2026, 2, 13)),
        ("Asia/Tokyo", date(2026, 2, 14)),
        ("Etc/GMT+12", date(2026, 2, 13)),
    ],
)
def test_unless_told_it_has_the_member_s_last_thirty_days_and_all_that_is_newer(
    timezone: str | None, first: date
) -> None:
    assert DayWindow(None, None).within(NOW, timezone) == (first, TOMORROW)


@pytest.mark.parametrize("timezone", ZONES)
def test_days_that_are_told_are_the_same_everywhere(timezone: str | None) -> None:
    assert DayWindow(TODAY, TODAY).within(NOW, timezone) == (TODAY, TODAY)
    assert DayWindow(None, TODAY).within(NOW, timezone) == (date(2026, 2, 13), TODAY)
    assert DayWindow(TODAY, None).within(NOW, timezone) == (TODAY, TOMORROW)


DAYS = st.none() | st.dates(TODAY - timedelta(days=5), TODAY + timedelta(days=5))


@given(
    st.datetimes(datetime(2026, 3, 13), datetime(2026, 3, 16), timezones=st.just(UTC)),  # noqa: DTZ001 - they get it
    st.builds(DayWindow, DAYS, DAYS),
    st.sampled_from(ZONES),
)
def test_the_widest_holds_that_of_every_member(now: datetime, window: DayWindow, timezone: str | None) -> None:
    first, last = window.within(now, timezone)

    widest = window.widest(now)

    assert widest[0] <= first
    assert widest[1] >= last
    if window == (None, None):
        assert last >= now.astimezone(ZoneInfo(timezone or "UTC")).date()


def test_what_is_too_long_is_counted_to_its_very_end() -> None:
    longest = DayWindow(TOMORROW - timedelta(days=LONGEST_DAYS - 1), None)
    longest.check(NOW)

    with pytest.raises(ValidationFailed):
        longest._replace(start=TOMORROW - timedelta(days=LONGEST_DAYS)).check(NOW)

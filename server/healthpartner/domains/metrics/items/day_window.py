"""A window of local days, as every summary takes it: both days are in it.

Unless told, it starts with the last thirty days of the member, and leaves out nothing newer: a member's clock need not be
that of the profile, so it ends with the latest day that there is anywhere.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from healthpartner.core.errors import invalid

LONGEST_DAYS = 400
DEFAULT_DAYS = 30
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
_EASTERNMOST, _WESTERNMOST = timedelta(hours=14), timedelta(hours=-12)


class DayWindow(NamedTuple):
    """None where the caller has not said."""

    start: date | None
    end: date | None

    def check(self, now: datetime) -> None:
        """Raises ValidationFailed."""
        for name, day in (("start_date", self.start), ("end_date", self.end)):
            if day is not None and not EARLIEST <= day <= LATEST:
                raise invalid(name, "out_of_range", f"from {EARLIEST} to {LATEST}")
        if self.start is None:
            return
        end = self.end or _latest(now)
        if self.end is not None and self.end < self.start:
            raise invalid("end_date", "out_of_range", "the end must not be before the start")
        if (end - self.start).days >= LONGEST_DAYS:
            raise invalid("start_date", "out_of_range", f"a window has at most {LONGEST_DAYS} days")

    def widest(self, now: datetime) -> tuple[date, date]:
        """What it may be, wherever the member is."""
        start = self.start or _back(self.end or (now + _WESTERNMOST).date())
        return start, self.end or max(_latest(now), start)

    def within(self, now: datetime, timezone: str | None) -> tuple[date, date]:
        """What it is for a member of a time zone."""
        today = now.astimezone(ZoneInfo(timezone) if timezone else UTC).date()
        return self.start or _back(self.end or today), self.end or _latest(now)


def _back(day: date) -> date:
    return day - timedelta(days=DEFAULT_DAYS - 1)


def _latest(now: datetime) -> date:
    """The latest day that there is anywhere."""
    return (now + _EASTERNMOST).date()

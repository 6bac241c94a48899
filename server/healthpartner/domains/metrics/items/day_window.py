"""A window of local days, as every summary takes it: both days are in it, and it has thirty days unless told."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from healthpartner.core.errors import invalid

LONGEST_DAYS = 400
DEFAULT_DAYS = 30
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
_EASTERNMOST = timedelta(hours=14)


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
        end = self.end or (now + _EASTERNMOST).date()
        if self.end is not None and self.end < self.start:
            raise invalid("end_date", "out_of_range", "the end must not be before the start")
        if (end - self.start).days >= LONGEST_DAYS:
            raise invalid("start_date", "out_of_range", f"a window has at most {LONGEST_DAYS} days")

    def widest(self, now: datetime) -> tuple[date, date]:
        """What it may be, wherever the member is."""
        end = self.end or max((now + _EASTERNMOST).date(), self.start or EARLIEST)
        return self.start or end - timedelta(days=DEFAULT_DAYS), end

    def within(self, now: datetime, timezone: str | None) -> tuple[date, date]:
        """What it is where the member is: without an end it ends today."""
        end = self.end or now.astimezone(ZoneInfo(timezone) if timezone else UTC).date()
        return self.start or end - timedelta(days=DEFAULT_DAYS - 1), end

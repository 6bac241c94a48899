"""The calendar days that a reader asks for, and the page of what lies in them, newest first."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from healthpartner.canonical.instants import epoch_ms
from healthpartner.core.errors import invalid
from healthpartner.core.pagination import PageRequest, Pagination, encode_cursor
from healthpartner.domains.metrics.local_day import local_clock

T = TypeVar("T")
Key = tuple[datetime, UUID]

LONGEST_DAYS = 400
DEFAULT_DAYS = 30
# No clock on earth is further from UTC, either way.
_EDGE = timedelta(hours=15)


class DateWindow(Struct, frozen=True):
    """Both days included; what is not given follows from the other one, or from today."""

    start: date | None
    end: date | None

    def days(self, now: datetime, timezone: str | None) -> tuple[date, date]:
        """(first, last): by default the last 30 days, today on the member's clock included."""
        if self.end is not None:
            last = self.end
        elif self.start is not None and self.start > self._today(now, timezone):
            last = self.start
        else:
            last = self._today(now, timezone)
        return self.start or max(last, date.min + timedelta(DEFAULT_DAYS)) - timedelta(DEFAULT_DAYS - 1), last

    def instants(self, now: datetime, around: timedelta) -> tuple[datetime, datetime]:
        """The instants that local days of the window may hold, wherever the member was, and some time around."""
        first, last = self.days(now - _EDGE, None)[0], self.days(now + _EDGE, None)[1]
        return _shifted(first, -_EDGE - around), _shifted(last, _EDGE + around + timedelta(1))

    @staticmethod
    def _today(now: datetime, timezone: str | None) -> date:
        return local_clock(epoch_ms(now), None, timezone).date()


def date_window(start: date | None, end: date | None) -> DateWindow:
    """Raises ValidationFailed."""
    if start is not None and end is not None:
        if end < start:
            raise invalid("end_date", "out_of_range", "the last day is before the first")
        if (end - start).days >= LONGEST_DAYS:
            raise invalid("end_date", "out_of_range", f"at most {LONGEST_DAYS} days")
    return DateWindow(start, end)


def newest_first(items: Sequence[T], key: Callable[[T], Key], page: PageRequest) -> tuple[list[T], Pagination]:
    """A page of items in any order; its cursor holds while others are added."""
    ordered = sorted(items, key=key, reverse=True)
    rest = [item for item in ordered if page.after is None or key(item) < page.after]
    shown = rest[page.offset : page.offset + page.limit]
    more = len(rest) > page.offset + len(shown)
    cursor = encode_cursor(key(shown[-1])) if shown and more else None
    return shown, Pagination(page.limit, page.offset, len(ordered), cursor)


def _shifted(day: date, by: timedelta) -> datetime:
    midnight = datetime.combine(day, time(0), UTC)
    try:
        return midnight + by
    except OverflowError:
        return midnight

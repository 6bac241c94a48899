"""What a reader asks for: a window of days, a page of it, and the checks on both."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from healthpartner.core.errors import invalid
from healthpartner.core.pagination import PageRequest

LONGEST_DAYS = 400


class Query(Struct, frozen=True):
    """Both days are in the window; without an end it ends today, without a start it has thirty days."""

    start: date | None
    end: date | None
    type: str | None
    provider: str | None
    explain: bool
    page: PageRequest


def check(wanted: Query, now: datetime) -> None:
    """Raises ValidationFailed."""
    end = wanted.end or (now + timedelta(hours=14)).date()
    if wanted.start is None:
        if end < date.min + timedelta(days=LONGEST_DAYS):
            raise invalid("end_date", "out_of_range", "not in the calendar")
        return
    if wanted.end is not None and end < wanted.start:
        raise invalid("end_date", "out_of_range", "the end must not be before the start")
    if (end - wanted.start).days >= LONGEST_DAYS:
        raise invalid("start_date", "out_of_range", f"a window has at most {LONGEST_DAYS} days")

"""The day that a session belongs to: the local one of waking."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from healthpartner.domains.metrics.samples.service import epoch_ms, instant_of


def local_clock(ms: int, offset_minutes: int | None, timezone: str | None) -> datetime:
    """What the clock on the wall showed: by the offset where it is known, else in the member's zone, else UTC."""
    instant = instant_of(ms)
    if offset_minutes is None:
        return instant.astimezone(_zone(timezone)) if timezone else instant
    return instant + timedelta(minutes=offset_minutes)


def local_day(ms: int, offset_minutes: int | None, day: date | None, timezone: str | None) -> date:
    """The offset says it, else the source's own word, else the member's zone."""
    if offset_minutes is None and day is not None:
        return day
    return local_clock(ms, offset_minutes, timezone).date()


def days_by_start(rows: Iterable[Any], day_of_row: Callable[[Any], date]) -> dict[int, set[date]]:
    """The days of stored sessions, by the instant (in ms) at which they start."""
    found: dict[int, set[date]] = {}
    for row in rows:
        found.setdefault(epoch_ms(row["start_at"]), set()).add(day_of_row(row))
    return found


@cache
def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone)

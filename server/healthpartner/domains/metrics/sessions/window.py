"""What lies in a window of local days, and the page of it, newest first."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from healthpartner.core.errors import Unauthorized
from healthpartner.core.pagination import PageRequest, Pagination, encode_cursor
from healthpartner.domains.metrics.items.day_window import DayWindow

T = TypeVar("T")
Key = tuple[datetime, UUID]

# No clock on earth is further from UTC, either way.
_EDGE = timedelta(hours=15)


def instants(window: DayWindow, now: datetime, around: timedelta) -> tuple[datetime, datetime]:
    """The instants that local days of the window may hold, wherever the member was, and some time around."""
    first, last = window.widest(now)
    before = datetime.combine(first, time(0), UTC) - _EDGE - around
    return before, datetime.combine(last, time(0), UTC) + _EDGE + around + timedelta(1)


class Found(NamedTuple):
    """The member's time zone, the tenant's order of sources, and rows."""

    timezone: str | None
    preferred: list[str]
    rows: list[Any]


def found_in(rows: Sequence[Any]) -> Found:
    """Of a read that starts at the member's own row and joins the sessions; without any row there is no such member."""
    if not rows:
        raise Unauthorized
    first = rows[0]
    return Found(first["timezone"], first["preferred"] or [], [row for row in rows if row["sample_id"] is not None])


def newest_first(items: Sequence[T], key: Callable[[T], Key], page: PageRequest) -> tuple[list[T], Pagination]:
    """A page of items in any order; its cursor holds while others are added."""
    ordered = sorted(items, key=key, reverse=True)
    rest = [item for item in ordered if page.after is None or key(item) < page.after]
    shown = rest[page.offset : page.offset + page.limit]
    more = len(rest) > page.offset + len(shown)
    cursor = encode_cursor(key(shown[-1])) if shown and more else None
    return shown, Pagination(page.limit, page.offset, len(ordered), cursor)

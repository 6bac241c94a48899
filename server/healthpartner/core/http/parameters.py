"""Query parameters that many operations share."""

from datetime import UTC, date, datetime
from typing import Annotated

from litestar.params import QueryParameter

from healthpartner.core.errors import invalid
from healthpartner.core.pagination import PageRequest, decode_cursor

Limit = Annotated[int, QueryParameter(ge=1, le=100, description="Rows on a page.")]
Offset = Annotated[int, QueryParameter(ge=0, le=9_007_199_254_740_991, description="Rows to pass over.")]
Cursor = Annotated[
    str | None, QueryParameter(max_length=200, description="Where the page before ended; stable while rows are added.")
]
StartDate = Annotated[
    date | None, QueryParameter(description="The first local day of the window; by default the last 30 days.")
]
EndDate = Annotated[
    date | None,
    QueryParameter(
        description="The last local day of the window, part of it; by default the latest there is anywhere."
    ),
]
Provider = Annotated[
    str | None, QueryParameter(max_length=200, description="One provider's data only, as it was told.")
]
Explain = Annotated[bool, QueryParameter(description="Say what became of everything behind a row, and why.")]


def page_request(limit: Limit = 25, offset: Offset = 0, cursor: Cursor = None) -> PageRequest:
    return PageRequest(limit, offset, decode_cursor(cursor) if cursor else None)


def instant(name: str, given: datetime | None) -> datetime | None:
    """A query parameter's instant in UTC; `ValidationFailed` for one without an offset or beyond the calendar."""
    if given is None:
        return None
    if given.tzinfo is None:
        raise invalid(name, "invalid_value", "an instant needs an offset, such as Z")
    try:
        return given.astimezone(UTC)
    except OverflowError:
        raise invalid(name, "invalid_value", "this instant is outside the calendar") from None

"""What a reader asks for: a span of time, a page of it, and the checks on both."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from healthpartner.core.errors import Detail, ValidationFailed, invalid
from healthpartner.core.pagination import PageRequest
from healthpartner.domains.metrics.timeseries.schemas import Granularity

LONGEST = timedelta(days=400)
FIRST = UUID(int=0)


class Query(Struct, frozen=True):
    """`start` is in the window, `end` is not; both in UTC."""

    start: datetime
    end: datetime
    granularity: Granularity
    provider: str | None
    page: PageRequest


def query(start: datetime, end: datetime, granularity: Granularity, provider: str | None, page: PageRequest) -> Query:
    """Raises ValidationFailed."""
    naive = [
        Detail(name, "invalid_value", "an instant with Z or an offset is needed")
        for name, instant in (("start_time", start), ("end_time", end))
        if instant.tzinfo is None
    ]
    if naive:
        raise ValidationFailed(details=tuple(naive))
    if end <= start:
        raise invalid("end_time", "out_of_range", "the end must be after the start")
    if end - start > LONGEST:
        raise invalid("end_time", "out_of_range", f"at most {LONGEST.days} days after the start")
    return Query(_utc(start, "start_time"), _utc(end, "end_time"), granularity, provider, page)


def _utc(instant: datetime, name: str) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise invalid(name, "out_of_range", "not in the calendar") from None

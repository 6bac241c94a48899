"""Instants as XML and JSON files write them, ISO 8601, to milliseconds and the offset that was written."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_MINUTE = timedelta(minutes=1)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_LONGEST_TEXT = 40


def parse_instant(text: str, *, zone: str | None = None) -> tuple[int, int | None] | None:
    """(UTC milliseconds, offset in minutes); None for what is no instant from 1970 on.

    `Z` is no offset: it says when, not where. Without any, the time is that of `zone`, or UTC.
    """
    if len(text) > _LONGEST_TEXT:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    offset = None
    if moment.tzinfo is None:
        here = zone_of(zone) if zone else None
        moment = moment.replace(tzinfo=here or UTC)
        offset = None if here is None else _minutes(moment)
    elif not text.rstrip().endswith(("Z", "z")):
        offset = _minutes(moment)
    try:
        is_sound = _EPOCH <= moment < _LATEST
    except OverflowError:
        return None
    return ((moment - _EPOCH) // _MS, offset) if is_sound else None


def offset_at(ms: int, zone: str) -> int | None:
    """Local time minus UTC in minutes; None for a zone that is not known."""
    here = zone_of(zone)
    return None if here is None else _minutes((_EPOCH + timedelta(milliseconds=ms)).astimezone(here))


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _minutes(moment: datetime) -> int:
    offset = moment.utcoffset()
    return 0 if offset is None else offset // _MINUTE

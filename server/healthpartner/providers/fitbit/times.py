"""Fitbit's times: `09/30/24 23:59:05` is UTC, `2024-09-30T23:59:05.000` the clock on the person's wall."""

from datetime import date, datetime
from functools import lru_cache

from healthpartner.providers.instants import parse_instant

_SECONDS_A_DAY = 86_400
_CLOCK_LENGTH = 17
_EPOCH_DAY = date(1970, 1, 1)


def utc_ms(text: str) -> int | None:
    """The month first, as Fitbit writes it everywhere but in sleep logs."""
    day = day_of(text[:8])
    if day is None or len(text) != _CLOCK_LENGTH:
        return None
    hour, minute, second = text[9:11], text[12:14], text[15:17]
    if not (hour.isdecimal() and minute.isdecimal() and second.isdecimal()):
        return None
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
    if text[8] != " " or text[11] != ":" or text[14] != ":" or seconds >= _SECONDS_A_DAY:
        return None
    return (day - _EPOCH_DAY).days * 86_400_000 + seconds * 1000


def local_ms(text: str, zone: str | None) -> tuple[int, int | None] | None:
    """(UTC milliseconds, offset); without a zone the clock is taken for UTC and the offset is not known."""
    return parse_instant(text, zone=zone)


@lru_cache(maxsize=10_000)
def day_of(text: str) -> date | None:
    """`09/30/24`, or `2024-09-30`."""
    for layout in ("%m/%d/%y", "%Y-%m-%d"):
        try:
            day = datetime.strptime(text, layout).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if day >= _EPOCH_DAY else None
    return None

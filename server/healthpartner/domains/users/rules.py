"""Decisions about profiles, on plain values."""

from datetime import date
from zoneinfo import available_timezones

from healthpartner.core.errors import Detail

EARLIEST_BIRTHDAY = date(1900, 1, 1)


def full_name(first_name: str | None, last_name: str | None) -> str | None:
    return " ".join(part.strip() for part in (first_name, last_name) if part and part.strip()) or None


def objections(timezone: object, birthday: object, today: date) -> tuple[Detail, ...]:
    """What the types cannot say: the zone must exist, and nobody is born in the future."""
    found = []
    if isinstance(timezone, str) and timezone not in available_timezones():
        found.append(Detail("timezone", "invalid_value", "not an IANA time zone"))
    if isinstance(birthday, date) and not EARLIEST_BIRTHDAY <= birthday <= today:
        found.append(Detail("birthday", "out_of_range", f"from {EARLIEST_BIRTHDAY} to today"))
    return tuple(found)

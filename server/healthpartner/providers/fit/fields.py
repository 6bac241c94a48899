"""Fields of FIT messages as plain numbers, texts and instants; what a device left out is None."""

import math
from datetime import UTC, datetime, timedelta

from fitdecode import FitDataMessage  # type: ignore[import-untyped]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_MINUTE = timedelta(minutes=1)
_LONGEST_OFFSET = 18 * 60
_LONGEST_TEXT = 200


def number(message: FitDataMessage, *names: str) -> float | None:
    """The first of the fields that holds one."""
    for name in names:
        value = message.get_value(name, fallback=None)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    return None


def text(message: FitDataMessage, name: str) -> str | None:
    """A name of the profile; the number of one that the profile does not know is no name."""
    value = message.get_value(name, fallback=None)
    return " ".join(value.split())[:_LONGEST_TEXT] or None if isinstance(value, str) else None


def instant_ms(message: FitDataMessage, name: str = "timestamp") -> int | None:
    """None for a device whose clock was not set: it counts seconds since it was switched on."""
    value = message.get_value(name, fallback=None)
    return (value - _EPOCH) // _MS if isinstance(value, datetime) and value.tzinfo else None


def offset_minutes(message: FitDataMessage) -> int | None:
    """Local time minus UTC, of messages that say both."""
    local, utc = (message.get_value(name, fallback=None) for name in ("local_timestamp", "timestamp"))
    if not (isinstance(local, datetime) and isinstance(utc, datetime)):
        return None
    minutes = round((local.replace(tzinfo=UTC) - utc.replace(tzinfo=UTC)) / _MINUTE)
    return minutes if abs(minutes) <= _LONGEST_OFFSET else None


def scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor

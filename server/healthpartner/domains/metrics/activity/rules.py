"""What is wrong with an item, and what a sound one says about each metric."""

from datetime import date, datetime, timedelta
from typing import Any

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.domains.metrics.activity.figures import FIELDS, Part
from healthpartner.domains.metrics.activity.schemas import ActivityItem
from healthpartner.domains.metrics.items.schemas import ItemError

EARLIEST = date(1900, 1, 1)
_AHEAD = timedelta(hours=14)
_WIDEST_MINUTES = 14 * 60


def fault_of(item: ActivityItem, now: datetime) -> ItemError | None:
    if not EARLIEST <= item.date <= (now + _AHEAD).date():
        return ItemError("out_of_range", "from the year 1900 to today", "date")
    if item.timezone_offset is not None and abs(offset_minutes(item.timezone_offset)) > _WIDEST_MINUTES:
        return ItemError("out_of_range", "from -14:00 to +14:00", "timezone_offset")
    told = [(field, number) for field in FIELDS if (number := _number(item, field.name)) is not None]
    if not told:
        return ItemError("required", "at least one figure of the day is needed", "steps")
    for field, number in told:
        metric = field.metric
        if not metric.minimum <= number <= metric.maximum:
            message = f"from {metric.minimum:g} to {metric.maximum:g} {metric.unit}"
            return ItemError("out_of_range", message, field.name)
    return _disorder(item)


def totals_of(item: ActivityItem) -> list[DailyTotal]:
    """One for each metric that a sound item tells about."""
    offset = None if item.timezone_offset is None else offset_minutes(item.timezone_offset)
    parts: dict[int, dict[Part, float]] = {}
    for field in FIELDS:
        number = _number(item, field.name)
        if number is not None:
            parts.setdefault(field.metric.code, {})[field.part] = number
    return [DailyTotal(code, item.date, offset_minutes=offset, **told) for code, told in parts.items()]


def offset_minutes(told: int | str) -> int:
    if isinstance(told, int):
        return told
    if told == "Z":
        return 0
    minutes = int(told[1:3]) * 60 + int(told[-2:])
    return -minutes if told[0] == "-" else minutes


def _number(item: ActivityItem, name: str) -> float | None:
    group, _, part = name.partition(".")
    found: Any = getattr(item, group)
    number: float | None = getattr(found, part) if part and found is not None else found
    return number


def _disorder(item: ActivityItem) -> ItemError | None:
    rate = item.heart_rate
    if rate is None:
        return None
    told = [number for number in (rate.min, rate.mean, rate.max) if number is not None]
    if told != sorted(told):
        return ItemError("invalid_value", "min is at most mean, and mean at most max", "heart_rate")
    return None

"""Days and minutes of activity."""

from typing import Any

from msgspec import Struct

from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.bodies.reader import entries
from healthpartner.providers.fitbit.times import day_of

_LONGEST_S = 86_400


class Day(Struct):
    """Seconds of intensities; `elevation` counts floors."""

    date: str
    steps: float | None = None
    distance: float | None = None
    elevation: float | None = None
    soft: float | None = None
    moderate: float | None = None
    intense: float | None = None
    calories: float | None = None
    totalcalories: float | None = None
    hr_average: float | None = None
    hr_min: float | None = None
    hr_max: float | None = None
    model: str | None = None


class Stretch(Struct):
    duration: float | None = None
    steps: float | None = None
    distance: float | None = None
    calories: float | None = None
    heart_rate: float | None = None


def take_days(found: Any, collected: Collected) -> None:
    for told in entries(found, Day, "activities", collected):
        day, device = day_of(told.date), told.model
        figures = {
            "steps": told.steps,
            "distance": told.distance,
            "floors": told.elevation,
            "low_intensity_minutes": _minutes(told.soft),
            "moderate_intensity_minutes": _minutes(told.moderate),
            "vigorous_intensity_minutes": _minutes(told.intense),
            "calories": told.calories,
            "total_calories": told.totalcalories,
        }
        kept = [collected.total(slug, day, value, device=device) for slug, value in figures.items()]
        heart = collected.total(
            "heart_rate", day, told.hr_average, minimum=told.hr_min, maximum=told.hr_max, device=device
        )
        collected.entry("activities", heart, *kept)


def take_minutes(series: dict[str, Any], collected: Collected) -> None:
    """By the second at which they begin."""
    listed = [{**each, "at": at} for at, each in series.items() if isinstance(each, dict)]
    for _ in range(len(series) - len(listed)):
        collected.passed_over("series", "bad_entry")
    for told in entries(listed, _Begun, "series", collected):
        if not told.at.isdecimal() or len(told.at) > len(str(1 << 33)):
            collected.passed_over("series", "bad_date")
            continue
        lasts = told.duration if told.duration is not None and 0 <= told.duration <= _LONGEST_S else 0.0
        start, duration = int(told.at) * 1000, round(lasts * 1000)
        kept = [
            collected.sample(slug, start, value, duration_ms=duration)
            for slug, value in (("steps", told.steps), ("distance", told.distance), ("calories", told.calories))
        ]
        collected.entry("series", collected.sample("heart_rate", start, told.heart_rate), *kept)


class _Begun(Stretch, kw_only=True):
    at: str


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60

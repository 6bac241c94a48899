"""Bodies of Fitbit's API: days, minutes, weights, nights and exercises. Their clocks are the person's, zone unknown."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Struct, ValidationError, convert, field

from healthpartner.canonical.workouts import Workout, WorkoutFigures
from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.bodies.reader import entries, opener
from healthpartner.providers.fitbit.entries import Sleep
from healthpartner.providers.fitbit.manifest import SLUG
from healthpartner.providers.fitbit.sessions import sleep_session, sport_named
from healthpartner.providers.fitbit.times import day_of, local_ms
from healthpartner.providers.numbers import finite

_KM = 1000.0
_LONGEST_MS = 3 * 86_400_000
_MINUTE_MS = 60_000
_SERIES = {
    "activities-steps": ("steps", 1.0),
    "activities-distance": ("distance", _KM),
    "activities-calories": ("total_calories", 1.0),
    "activities-floors": ("floors", 1.0),
    "activities-heart": ("heart_rate", 1.0),
}


class Day(Struct):
    day: str = field(name="dateTime")
    value: Any = None


class Point(Struct):
    time: str
    value: float


class Weight(Struct):
    date: str
    time: str
    weight: float
    bmi: float | None = None
    fat: float | None = None


class Activity(Struct):
    identity: int = field(name="logId")
    name: str
    day: str = field(name="startDate")
    time: str = field(name="startTime")
    duration: float = 0.0
    calories: float | None = None
    steps: float | None = None
    distance: float | None = None


class Part(Struct):
    activity: str
    distance: float


class Summary(Struct):
    steps: float | None = None
    total: float | None = field(name="caloriesOut", default=None)
    active: float | None = field(name="activityCalories", default=None)
    floors: float | None = None
    low: float | None = field(name="lightlyActiveMinutes", default=None)
    moderate: float | None = field(name="fairlyActiveMinutes", default=None)
    vigorous: float | None = field(name="veryActiveMinutes", default=None)
    resting: float | None = field(name="restingHeartRate", default=None)
    distances: list[Part] = field(default_factory=list)


def is_body(found: Any) -> bool:
    if not isinstance(found, dict):
        return False
    has_logs = any(isinstance(found.get(name), list) for name in ("weight", "sleep"))
    return has_logs or not _SERIES.keys().isdisjoint(found) or {"activities", "summary"} <= found.keys()


def take_body(found: Any, collected: Collected) -> bool:
    if not is_body(found):
        return False
    for name in _SERIES.keys() & found.keys():
        _take_series(found, name, collected)
    for told in entries(found.get("weight"), Weight, "weight", collected):
        at = _at(f"{told.date}T{told.time}")
        figures = (("weight", told.weight), ("bmi", told.bmi), ("body_fat", told.fat))
        collected.entry("weight", *[collected.sample(slug, at, value) for slug, value in figures])
    for night in entries(found.get("sleep"), Sleep, "sleep", collected):
        session = sleep_session(night, None)
        collected.entry("sleep", collected.sleep(None if isinstance(session, str) else session))
    activities = list(entries(found.get("activities"), Activity, "activities", collected))
    for activity in activities:
        collected.entry("activities", collected.workout(_workout(activity)))
    if "summary" in found and "activities" in found:
        _take_summary(found["summary"], {activity.day for activity in activities}, collected)
    return True


def _take_series(found: dict[str, Any], name: str, collected: Collected) -> None:
    slug, factor = _SERIES[name]
    days = list(entries(found[name], Day, name, collected))
    for told in days:
        collected.entry(name, *_totals(told, slug, factor, collected))
    intraday = found.get(f"{name}-intraday")
    if not isinstance(intraday, dict) or len(days) != 1:
        return
    lasts = 0 if slug == "heart_rate" else _MINUTE_MS * (1 if intraday.get("datasetType") == "minute" else 0)
    for point in entries(intraday.get("dataset"), Point, f"{name}-intraday", collected):
        at = _at(f"{days[0].day}T{point.time}")
        kept = collected.sample(slug, at, point.value * factor, duration_ms=lasts)
        collected.entry(f"{name}-intraday", kept)


def _totals(told: Day, slug: str, factor: float, collected: Collected) -> Iterator[bool]:
    """Newer bodies have a resting heart rate where older ones have a mean."""
    day = day_of(told.day)
    if isinstance(told.value, dict):
        resting = told.value.get("restingHeartRate")
        yield collected.total("resting_heart_rate", day, float(resting) if isinstance(resting, int | float) else None)
        return
    value = finite(told.value) if isinstance(told.value, str) else told.value
    yield collected.total(slug, day, value * factor if isinstance(value, int | float) else None)


def _take_summary(found: Any, days: set[str], collected: Collected) -> None:
    """The body does not say its day, but its activities do when they are all of one."""
    if len(days) != 1:
        collected.passed_over("summary", "no_date")
        return
    try:
        told = convert(found, Summary)
    except ValidationError:
        collected.passed_over("summary", "bad_entry")
        return
    total = next((part.distance * _KM for part in told.distances if part.activity == "total"), None)
    figures = {
        "steps": told.steps,
        "distance": total,
        "total_calories": told.total,
        "calories": told.active,
        "floors": told.floors,
        "low_intensity_minutes": told.low,
        "moderate_intensity_minutes": told.moderate,
        "vigorous_intensity_minutes": told.vigorous,
        "resting_heart_rate": told.resting,
    }
    day: date | None = day_of(next(iter(days)))
    collected.entry("summary", *[collected.total(slug, day, value) for slug, value in figures.items()])


def _workout(told: Activity) -> Workout | None:
    start = _at(f"{told.day}T{told.time}")
    if start is None or not 0 <= told.duration <= _LONGEST_MS:
        return None
    return Workout(
        start,
        start + round(told.duration),
        sport_named(told.name),
        told.name[:200],
        external_id=str(told.identity),
        figures=WorkoutFigures(
            distance_meters=None if told.distance is None else told.distance * _KM,
            total_calories=told.calories,
            steps=told.steps,
        ),
    )


def _at(text: str) -> int | None:
    found = local_ms(text, None)
    return None if found is None else found[0]


read_fitbit_api = opener(SLUG, take_body)

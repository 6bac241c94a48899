"""Bodies of Strava's API: activities; zones and the like are no workouts."""

from typing import Any

from msgspec import Struct, ValidationError, convert

from healthpartner.canonical.sports import sport_of
from healthpartner.canonical.workouts import Segment, Workout, WorkoutFigures
from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.bodies.reader import opener
from healthpartner.providers.instants import parse_instant
from healthpartner.providers.strava.manifest import SLUG

_LONGEST_S = 30 * 86_400


class Lap(Struct):
    start_date: str
    elapsed_time: float
    distance: float | None = None
    moving_time: float | None = None
    average_heartrate: float | None = None
    max_heartrate: float | None = None


class Activity(Struct):
    """`start_date_local` says with a `Z` what the clock on the wall showed."""

    id: int
    start_date: str
    elapsed_time: float
    type: str = "Workout"
    sport_type: str | None = None
    name: str | None = None
    start_date_local: str | None = None
    moving_time: float | None = None
    distance: float | None = None
    total_elevation_gain: float | None = None
    average_speed: float | None = None
    max_speed: float | None = None
    average_heartrate: float | None = None
    max_heartrate: float | None = None
    average_watts: float | None = None
    max_watts: float | None = None
    average_cadence: float | None = None
    average_temp: float | None = None
    calories: float | None = None
    device_name: str | None = None
    laps: list[Lap] | None = None


def is_body(found: Any) -> bool:
    if isinstance(found, list):
        return bool(found) and all(is_body(each) or _is_zone(each) for each in found)
    return isinstance(found, dict) and {"id", "start_date", "elapsed_time"} <= found.keys()


def take_body(found: Any, collected: Collected) -> bool:
    for each in found if isinstance(found, list) else [found]:
        if not is_body(each):
            collected.passed_over("zones" if _is_zone(each) else "body")
            continue
        try:
            told = convert(each, Activity)
        except ValidationError:
            collected.passed_over("activity", "bad_entry")
            continue
        collected.entry("activity", collected.workout(_workout(told), told.device_name))
    return is_body(found)


def _workout(told: Activity) -> Workout | None:
    start = parse_instant(told.start_date)
    local = parse_instant(told.start_date_local) if told.start_date_local else None
    if start is None or not 0 <= told.elapsed_time <= _LONGEST_S:
        return None
    offset = None if local is None else (local[0] - start[0]) // 60_000
    kind = told.sport_type or told.type
    return Workout(
        start[0],
        start[0] + round(told.elapsed_time * 1000),
        sport_of("strava", kind),
        kind,
        offset if offset is not None and abs(offset) <= 18 * 60 else None,
        told.name,
        str(told.id),
        figures=WorkoutFigures(
            distance_meters=told.distance,
            total_calories=told.calories,
            active_seconds=told.moving_time,
            heart_rate_mean=told.average_heartrate,
            heart_rate_max=told.max_heartrate,
            elevation_gain_meters=told.total_elevation_gain,
            average_power_watts=told.average_watts,
            max_power_watts=told.max_watts,
            average_speed=told.average_speed,
            max_speed=told.max_speed,
            average_cadence=told.average_cadence,
            average_temperature=told.average_temp,
        ),
        segments=tuple(segment for lap in told.laps or () if (segment := _segment(lap)) is not None),
    )


def _segment(lap: Lap) -> Segment | None:
    start = parse_instant(lap.start_date)
    if start is None or not 0 <= lap.elapsed_time <= _LONGEST_S:
        return None
    figures = WorkoutFigures(
        distance_meters=lap.distance,
        active_seconds=lap.moving_time,
        heart_rate_mean=lap.average_heartrate,
        heart_rate_max=lap.max_heartrate,
    )
    return Segment("lap", start[0], start[0] + round(lap.elapsed_time * 1000), figures=figures)


def _is_zone(found: Any) -> bool:
    return isinstance(found, dict) and "distribution_buckets" in found


read_strava = opener(SLUG, take_body)

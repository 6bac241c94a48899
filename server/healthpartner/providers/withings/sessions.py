"""Nights, as summaries or as stages, and workouts."""

from typing import Any

from msgspec import Struct

from healthpartner.canonical.sleep import SleepFigures, SleepSession, SleepStage, StageInterval
from healthpartner.canonical.workouts import Workout, WorkoutFigures
from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.bodies.reader import entries
from healthpartner.providers.fitbit.times import day_of
from healthpartner.providers.instants import offset_at

_STAGES = {0: SleepStage.awake, 1: SleepStage.light, 2: SleepStage.deep, 3: SleepStage.rem}
# Withings' numbers of categories.
_SPORTS = {
    1: "walking",
    2: "running",
    3: "hiking",
    6: "cycling",
    7: "swimming",
    8: "surfing",
    12: "tennis",
    13: "table_tennis",
    14: "squash",
    15: "badminton",
    17: "calisthenics",
    18: "elliptical",
    19: "pilates",
    20: "basketball",
    21: "soccer",
    28: "yoga",
    30: "boxing",
    33: "ice_skating",
    34: "skiing",
    35: "snowboarding",
    187: "rowing",
}
_GAP_S = 3_600
_MOST_S = 1 << 33


class NightFigures(Struct):
    total_sleep_time: float | None = None
    lightsleepduration: float | None = None
    deepsleepduration: float | None = None
    remsleepduration: float | None = None
    wakeupduration: float | None = None
    sleep_efficiency: float | None = None
    hr_average: float | None = None
    hr_min: float | None = None
    hr_max: float | None = None
    rr_average: float | None = None


class Night(Struct):
    startdate: int
    enddate: int
    data: NightFigures
    date: str | None = None
    timezone: str | None = None
    id: int | None = None
    modified: int | None = None


class Stage(Struct):
    startdate: int
    enddate: int
    state: int


class ExerciseFigures(Struct):
    calories: float | None = None
    distance: float | None = None
    steps: float | None = None
    elevation: float | None = None
    hr_average: float | None = None
    hr_min: float | None = None
    hr_max: float | None = None
    pause_duration: float | None = None


class Exercise(Struct):
    startdate: int
    enddate: int
    category: int
    data: ExerciseFigures
    timezone: str | None = None
    id: int | None = None
    modified: int | None = None


def take_nights(found: Any, collected: Collected) -> None:
    for night in entries(found, Night, "sleep", collected):
        data = night.data
        asleep = [data.lightsleepduration, data.deepsleepduration, data.remsleepduration]
        known = [each for each in asleep if each is not None]
        session = SleepSession(
            night.startdate * 1000,
            night.enddate * 1000,
            _offset(night.enddate, night.timezone),
            external_id=None if night.id is None else str(night.id),
            day=day_of(night.date) if night.date else None,
            updated_ms=None if night.modified is None else night.modified * 1000,
            figures=SleepFigures(
                duration_seconds=data.total_sleep_time if data.total_sleep_time is not None else sum(known) or None,
                efficiency_percent=None if data.sleep_efficiency is None else round(data.sleep_efficiency * 100, 3),
                deep_seconds=data.deepsleepduration,
                light_seconds=data.lightsleepduration,
                rem_seconds=data.remsleepduration,
                awake_seconds=data.wakeupduration,
                heart_rate_min=data.hr_min,
                heart_rate_mean=data.hr_average,
                heart_rate_max=data.hr_max,
                respiratory_rate=data.rr_average,
            ),
        )
        collected.entry("sleep", collected.sleep(session if _is_sound(night.startdate, night.enddate) else None))


def take_stages(found: Any, collected: Collected) -> None:
    """Those with less than an hour between them are one session."""
    stages = sorted(
        (each for each in entries(found, Stage, "sleep", collected)), key=lambda each: (each.startdate, each.enddate)
    )
    sessions: list[list[StageInterval]] = []
    for each in stages:
        stage = _STAGES.get(each.state)
        if stage is None or not _is_sound(each.startdate, each.enddate):
            collected.passed_over("sleep", "bad_value")
            continue
        collected.entry("sleep", True)
        if not sessions or each.startdate * 1000 > max(part.end_ms for part in sessions[-1][-1:]) + _GAP_S * 1000:
            sessions.append([])
        sessions[-1].append(StageInterval(stage, each.startdate * 1000, each.enddate * 1000))
    for parts in sessions:
        collected.sleep(SleepSession(parts[0].start_ms, max(part.end_ms for part in parts), stages=tuple(parts)))


def take_workouts(found: Any, collected: Collected) -> None:
    for told in entries(found, Exercise, "workouts", collected):
        data = told.data
        lasted = told.enddate - told.startdate
        workout = Workout(
            told.startdate * 1000,
            told.enddate * 1000,
            _SPORTS.get(told.category, "other"),
            str(told.category),
            _offset(told.startdate, told.timezone),
            external_id=None if told.id is None else str(told.id),
            updated_ms=None if told.modified is None else told.modified * 1000,
            figures=WorkoutFigures(
                distance_meters=data.distance,
                active_calories=data.calories,
                active_seconds=None if data.pause_duration is None else max(0, lasted - data.pause_duration),
                heart_rate_min=data.hr_min,
                heart_rate_mean=data.hr_average,
                heart_rate_max=data.hr_max,
                steps=data.steps,
            ),
        )
        collected.entry("workouts", collected.workout(workout if _is_sound(told.startdate, told.enddate) else None))


def _is_sound(start: int, end: int) -> bool:
    return 0 <= start < end < _MOST_S and end - start <= 3 * 86_400


def _offset(seconds: int, zone: str | None) -> int | None:
    return offset_at(seconds * 1000, zone) if zone and 0 <= seconds < _MOST_S else None

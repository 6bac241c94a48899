"""Workouts: on the days that a persona trains, longer with good form, none with a fever."""

import numpy as np
from msgspec import Struct

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.workouts import Workout, WorkoutFigures
from healthpartner.domains.sandbox.life.days import Day, Days
from healthpartner.domains.sandbox.life.persona import Athlete
from healthpartner.domains.sandbox.life.records import Records, offset_minutes

_DAYS_A_WEEK = 7.0
_TOO_ILL = 0.25
_MINUTE_MS = 60_000
_START_HOURS = (7.0, 17.8)
_KCAL_A_MINUTE_AT_FULL = 17.0
_REFERENCE_KG = 70.0


class Training(Struct, frozen=True):
    athlete: Athlete
    start_ms: int
    end_ms: int
    heart_rate: float


def training_of(days: Days, day: Day) -> Training | None:
    """At most one a day."""
    chance = days.chance.of("training", day.number)
    if day.illness > _TOO_ILL:
        return None
    draw = float(chance.random()) * _DAYS_A_WEEK
    for athlete in days.persona.athletes:
        if draw < athlete.per_week:
            return _session(days, day, athlete, chance)
        draw -= athlete.per_week
    return None


def add_training(days: Days, day: Day, training: Training, records: Records) -> None:
    wearing, athlete = days.persona.wearing, training.athlete
    if wearing.watch is None or not day.watch_worn:
        return
    minutes = (training.end_ms - training.start_ms) / _MINUTE_MS
    burned = minutes * athlete.intensity * _KCAL_A_MINUTE_AT_FULL * days.persona.weight_kg / _REFERENCE_KG
    metres = minutes * athlete.metres_a_minute
    figures = WorkoutFigures(
        distance_meters=round(metres, 1) or None,
        active_calories=round(burned, 1),
        active_seconds=minutes * 60,
        heart_rate_mean=round(training.heart_rate, 1),
        heart_rate_max=round(training.heart_rate * 1.1, 1),
    )
    offset = offset_minutes(day.zone, training.start_ms)
    workout = Workout(
        training.start_ms,
        training.end_ms,
        athlete.sport,
        provider_sport=athlete.sport,
        offset_minutes=offset,
        external_id=f"{athlete.sport}-{day.date}",
        figures=figures,
    )
    records.workouts.append((SampleSource(*wearing.watch), workout))
    records.add(
        wearing.watch,
        "exercise_minutes",
        day,
        [training.start_ms],
        [round(minutes)],
        training.end_ms - training.start_ms,
    )


def _session(days: Days, day: Day, athlete: Athlete, chance: np.random.Generator) -> Training:
    form = days.chance.drift("form", day.number, 45)
    minutes = max(12.0, athlete.minutes * (1 + 0.12 * form + 0.2 * float(chance.standard_normal())))
    start = day.at(float(chance.choice(_START_HOURS)) + float(chance.normal(0, 0.4)))
    highest = 208 - 0.7 * days.persona.age
    reserve = highest - day.resting_heart_rate
    return Training(
        athlete, start, start + round(minutes) * _MINUTE_MS, day.resting_heart_rate + athlete.intensity * reserve
    )

"""The tables of the database: what they hold, in which unit, and where their times are."""

import re
from typing import Literal, NamedTuple

from healthpartner.canonical.metrics import METRICS_BY_HEALTH_CONNECT

Time = Literal["instant", "interval", "series"]


class Quantity(NamedTuple):
    """A column of values, or two for blood pressure, under a metric's slug and in a unit that the metric knows."""

    columns: tuple[str, ...]
    metric: str
    unit: str


class Table(NamedTuple):
    """`parent` is the table of the records that the samples of a series belong to."""

    name: str
    time: Time
    quantities: tuple[Quantity, ...]
    parent: str | None = None


def _instant(name: str, column: str, metric: str, unit: str) -> Table:
    return Table(f"{name}_record_table", "instant", (Quantity((column,), metric, unit),))


def _interval(name: str, column: str, metric: str, unit: str) -> Table:
    return Table(f"{name}_record_table", "interval", (Quantity((column,), metric, unit),))


def _series(name: str, column: str, metric: str, unit: str, parent: str) -> Table:
    return Table(name, "series", (Quantity((column,), metric, unit),), parent)


def _nutrients() -> tuple[Quantity, ...]:
    """The catalogue names them `NutritionRecord.totalFat`, the database `total_fat`; energy is in small calories."""
    found = []
    for name, metric in METRICS_BY_HEALTH_CONNECT.items():
        record, _, field = name.partition(".")
        if record == "NutritionRecord":
            column = re.sub(r"([A-Z0-9]+)", r"_\1", field).lower()
            found.append(Quantity((column,), metric.slug, "cal" if field == "energy" else "g"))
    return tuple(found)


TABLES = (
    _interval("steps", "count", "steps", "count"),
    _interval("distance", "distance", "distance", "m"),
    _interval("active_calories_burned", "energy", "calories", "cal"),
    _interval("total_calories_burned", "energy", "total_calories", "cal"),
    _interval("floors_climbed", "floors", "floors", "count"),
    _interval("elevation_gained", "elevation", "elevation_gain", "m"),
    _interval("wheelchair_pushes", "count", "push_count", "count"),
    _interval("hydration", "volume", "water", "L"),
    Table("nutrition_record_table", "interval", _nutrients()),
    _instant("weight", "weight", "weight", "g"),
    _instant("height", "height", "height", "m"),
    _instant("body_fat", "percentage", "body_fat", "%"),
    _instant("lean_body_mass", "mass", "lean_mass", "g"),
    _instant("bone_mass", "mass", "bone_mass", "g"),
    _instant("body_water_mass", "body_water_mass", "body_water_mass", "g"),
    _instant("basal_metabolic_rate", "basal_metabolic_rate", "basal_metabolic_rate", "W"),
    _instant("resting_heart_rate", "beats_per_minute", "resting_heart_rate", "bpm"),
    _instant("heart_rate_variability_rmssd", "heart_rate_variability_millis", "hrv", "ms"),
    _instant("oxygen_saturation", "percentage", "blood_oxygen", "%"),
    _instant("respiratory_rate", "rate", "respiratory_rate", "breaths/min"),
    _instant("blood_glucose", "level", "glucose", "mmol/L"),
    _instant("body_temperature", "temperature", "body_temperature", "°C"),
    _instant("basal_body_temperature", "temperature", "basal_body_temperature", "°C"),
    _instant("vo2_max", "vo2_milliliters_per_minute_kilogram", "vo2_max", "mL/kg/min"),
    Table("blood_pressure_record_table", "instant", (Quantity(("systolic", "diastolic"), "blood_pressure", "mmHg"),)),
    _series("heart_rate_record_series_table", "beats_per_minute", "heart_rate", "bpm", "heart_rate_record_table"),
    _series("speed_record_table", "speed", "speed", "m/s", "SpeedRecordTable"),
    _series("power_record_table", "power", "power", "W", "PowerRecordTable"),
    _series("steps_cadence_record_table", "rate", "steps_cadence", "rpm", "StepsCadenceRecordTable"),
    _series(
        "cycling_pedaling_cadence_record_table",
        "revolutions_per_minute",
        "cycling_cadence",
        "rpm",
        "CyclingPedalingCadenceRecordTable",
    ),
)
"""What becomes samples."""

SESSIONS = frozenset({"sleep_session_record_table", "exercise_session_record_table"})
PARENTS = frozenset(table.parent for table in TABLES if table.parent)

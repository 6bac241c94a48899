"""A glucose sensor, every five minutes: fasting level, dawn, and a rise after each meal; walking brings it down."""

import numpy as np

from healthpartner.domains.sandbox.life.days import Day, Days
from healthpartner.domains.sandbox.life.movement import Walks
from healthpartner.domains.sandbox.life.records import Records

_EVERY_MS = 300_000
_MEALS = ((7.6, 78.0), (12.8, 88.0), (16.2, 26.0), (19.4, 104.0))
_RISE_HOURS = 0.9
_FASTING, _DAWN = 112.0, 16.0
_SENSOR_DAYS, _CHANGE_HOURS = 10, 2.0
_LOWEST, _HIGHEST = 45.0, 395.0


def add_glucose(days: Days, day: Day, walks: Walks, records: Records) -> None:
    sensor = days.persona.wearing.glucose_sensor
    if sensor is None:
        return
    chance = days.chance.of("glucose", day.number)
    at = np.arange(day.starts_ms, day.ends_ms, _EVERY_MS)
    hours = (at - day.starts_ms) / 3_600_000
    level = _FASTING + 10 * days.chance.drift("glucose", day.number, 14) + _DAWN * np.exp(-(((hours - 6.5) / 1.6) ** 2))
    for hour, rise in _MEALS:
        since = np.maximum(0.0, hours - hour - float(chance.normal(0, 0.35)))
        level = level + rise * float(chance.lognormal(0, 0.25)) * since / _RISE_HOURS * np.exp(1 - since / _RISE_HOURS)
    walked = np.interp(at, walks.start_ms, np.cumsum(walks.steps)) - np.interp(
        at - 5_400_000, walks.start_ms, np.cumsum(walks.steps)
    )
    noise = np.convolve(chance.normal(0, 5, len(at) + 8), np.ones(9) / 3, "valid")
    values = np.clip(level - 0.006 * walked + noise, _LOWEST, _HIGHEST)
    if day.number % _SENSOR_DAYS == 0:
        warm = hours >= _CHANGE_HOURS
        at, values = at[warm], values[warm]
    records.add(sensor, "glucose", day, at, np.round(values))

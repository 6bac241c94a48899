"""Heart and breath as a watch and a ring sample them. Maximum heart rate after Tanaka 2001: 208 - 0.7 age."""

import numpy as np
from numpy.typing import NDArray

from healthpartner.domains.sandbox.life.days import Day, Days
from healthpartner.domains.sandbox.life.movement import Walks
from healthpartner.domains.sandbox.life.nights import asleep_span
from healthpartner.domains.sandbox.life.records import Records
from healthpartner.domains.sandbox.life.training import Training

_EVERY_MS, _IN_TRAINING_MS = 300_000, 60_000
_AWAKE_MORE, _WALKING_MORE = 11.0, 24.0
_RMSSD_OF_SDNN = 0.82
_CHARGING_HOUR = 20.0
_SLOWEST = 34.0


def add_heart(days: Days, day: Day, walks: Walks, training: Training | None, records: Records) -> None:
    wearing, chance = days.persona.wearing, days.chance.of("heart", day.number)
    asleep_from, asleep_until = asleep_span(day)
    if wearing.watch is not None and day.watch_worn:
        at = _watched(day, chance)
        records.add(wearing.watch, "heart_rate", day, at, _rates(day, at, walks, chance))
        if training is not None:
            during = np.arange(training.start_ms, training.end_ms, _IN_TRAINING_MS)
            swing = chance.normal(0, 5, len(during)) + 6 * np.sin(np.linspace(0, 9, len(during)))
            records.add(wearing.watch, "heart_rate", day, during + 500, np.round(training.heart_rate + swing))
        records.add(wearing.watch, "resting_heart_rate", day, [asleep_until], [round(day.resting_heart_rate)])
        beats = asleep_from + np.array([2, 4]) * 3_600_000
        spread = day.hrv_sdnn_ms * (1 + chance.normal(0, 0.1, 2))
        records.add(wearing.watch, "hrv_sdnn", day, beats, spread, 60_000)
        oxygen = np.clip(chance.normal(0.965, 0.008, 4) - 0.02 * day.illness, 0.86, 1.0) * 100
        records.add(wearing.watch, "blood_oxygen", day, asleep_from + np.arange(1, 5) * 3_600_000, oxygen)
    if wearing.ring is not None:
        records.add(wearing.ring, "hrv", day, [asleep_until], [day.hrv_sdnn_ms * _RMSSD_OF_SDNN])
        warmth = float(chance.normal(0, 0.12)) + 0.9 * day.illness
        records.add(wearing.ring, "body_temperature_delta", day, [asleep_until], [warmth])
        records.add(wearing.ring, "respiratory_rate", day, [asleep_until], [14.2 + 2.5 * day.illness])


def _watched(day: Day, chance: np.random.Generator) -> NDArray[np.int64]:
    """Every five minutes, but for an hour of charging and the moments that no sensor caught."""
    at = np.arange(day.starts_ms, day.ends_ms, _EVERY_MS) + chance.integers(0, 20_000)
    charging = day.at(_CHARGING_HOUR)
    caught = chance.random(len(at)) < 0.96  # noqa: PLR2004 - a share of moments
    found: NDArray[np.int64] = at[caught & ~((at >= charging) & (at < charging + 3_600_000))]
    return found


def _rates(day: Day, at: NDArray[np.int64], walks: Walks, chance: np.random.Generator) -> NDArray[np.float64]:
    asleep_from, asleep_until = asleep_span(day)
    asleep = (at >= asleep_from) & (at < asleep_until)
    place = np.searchsorted(walks.start_ms, at, "right") - 1
    walking = (place >= 0) & (at < (walks.start_ms + walks.duration_ms)[np.maximum(place, 0)])
    restless = chance.gamma(1.5, 3.5, len(at))
    awake = _AWAKE_MORE + restless + _WALKING_MORE * walking
    sleeping = 2 + chance.normal(0, 2, len(at))
    beats: NDArray[np.float64] = (day.resting_heart_rate + np.where(asleep, sleeping, awake)).round()
    return np.maximum(beats, _SLOWEST)

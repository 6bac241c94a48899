"""Walking: the day's steps in walks, each seen by the watch, by the phone, or by both."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.domains.sandbox.life.days import Day, Days
from healthpartner.domains.sandbox.life.nights import asleep_span
from healthpartner.domains.sandbox.life.records import Records
from healthpartner.domains.sandbox.life.training import Training

_MINUTE_MS = 60_000
_LONGEST_WALK_MINUTES, _SHORTEST_WALK_MINUTES = 22.0, 2.0
_STEP_SHARE_OF_HEIGHT = 0.414
_KCAL_PER_KG_AND_KM = 0.53
# A phone counts a little less than a wrist that also moves without a step.
_PHONE_SEES = 0.98
_CADENCE_ON_FOOT = {"running": 164.0, "walking": 108.0}
_BUSY_HOURS = np.array(
    [
        0.2,
        0.2,
        0.2,
        0.2,
        0.3,
        0.6,
        1.2,
        2.2,
        2.4,
        1.4,
        1.2,
        1.4,
        2.2,
        1.6,
        1.2,
        1.2,
        1.6,
        2.4,
        2.2,
        1.6,
        1.2,
        0.8,
        0.5,
        0.3,
    ]
)


class Walks(NamedTuple):
    """Arrays of one length, by start; no two overlap."""

    start_ms: NDArray[np.int64]
    duration_ms: NDArray[np.int64]
    steps: NDArray[np.float64]


def walks_of(days: Days, day: Day, training: Training | None) -> Walks:
    """The walks of everyday, and a run or a walk of training among them."""
    walks = _everyday(days, day)
    on_foot = None if training is None else _CADENCE_ON_FOOT.get(training.athlete.sport)
    if training is None or on_foot is None:
        return walks
    apart = (walks.start_ms + walks.duration_ms <= training.start_ms) | (walks.start_ms >= training.end_ms)
    lasting = training.end_ms - training.start_ms
    starts = np.append(walks.start_ms[apart], training.start_ms)
    order = np.argsort(starts)
    return Walks(
        starts[order],
        np.append(walks.duration_ms[apart], lasting)[order],
        np.append(walks.steps[apart], np.round(on_foot * lasting / _MINUTE_MS))[order],
    )


def _everyday(days: Days, day: Day) -> Walks:
    chance = days.chance.of("walks", day.number)
    count = max(6, min(60, int(day.steps / 210)))
    minutes = np.clip(chance.gamma(2.0, 3.0, count), _SHORTEST_WALK_MINUTES, _LONGEST_WALK_MINUTES)
    starts = np.sort(_starts(day, count, chance))
    ends = starts + np.round(minutes).astype(np.int64) * _MINUTE_MS
    ends[:-1] = np.minimum(ends[:-1], starts[1:] - 1000)
    sound = ends - starts >= _MINUTE_MS
    starts, ends = starts[sound], ends[sound]
    pace = np.clip(chance.normal(days.persona.mover.cadence, 9, len(starts)), 60, 140)
    raw = pace * (ends - starts) / _MINUTE_MS
    # More steps than a walk can hold become slower minutes elsewhere: the day's sum is what was drawn for it.
    return Walks(starts, ends - starts, np.maximum(1, np.round(raw * day.steps / raw.sum())))


def add_movement(days: Days, day: Day, walks: Walks, records: Records) -> None:
    persona, chance = days.persona, days.chance.of("seen", day.number)
    carried = chance.random(len(walks.steps)) < persona.wearing.carried
    worn = np.full(len(walks.steps), day.watch_worn and persona.wearing.watch is not None)
    metres = persona.height_cm / 100 * _STEP_SHARE_OF_HEIGHT
    seen = [(persona.wearing.phone, carried, _PHONE_SEES)]
    if persona.wearing.watch is not None:
        seen.append((persona.wearing.watch, worn, 1.0))
    for source, which, share in seen:
        steps = np.round(walks.steps[which] * share)
        at, lasting = walks.start_ms[which], walks.duration_ms[which]
        records.add(source, "steps", day, at, steps, lasting)
        records.add(source, "distance_walking_running", day, at, steps * metres, lasting)
    if persona.wearing.watch is not None and day.watch_worn:
        energy = walks.steps * metres / 1000 * persona.weight_kg * _KCAL_PER_KG_AND_KM
        records.add(persona.wearing.watch, "calories", day, walks.start_ms, energy, walks.duration_ms)
        records.add(persona.wearing.watch, "floors", day, *_floors(walks, chance))


def _starts(day: Day, count: int, chance: np.random.Generator) -> NDArray[np.int64]:
    """At hours when people walk, and not while this one sleeps."""
    hours = np.arange(24)
    asleep_from, asleep_until = asleep_span(day)
    at = day.starts_ms + hours * 3_600_000
    awake = (at + 3_600_000 <= asleep_from) | (at >= asleep_until)
    weights = np.where(awake, _BUSY_HOURS, 0.0)
    if not weights.any():
        weights = _BUSY_HOURS
    chosen = chance.choice(hours, size=count, p=weights / weights.sum())
    starts = day.starts_ms + ((chosen + chance.random(count)) * 3_600_000).astype(np.int64)
    return np.minimum(starts // 1000 * 1000, day.ends_ms - 5 * _MINUTE_MS)


def _floors(
    walks: Walks, chance: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    climbed = chance.random(len(walks.steps)) < 0.15  # noqa: PLR2004 - about every seventh walk has stairs
    floors = chance.integers(1, 4, int(climbed.sum())).astype(np.float64)
    return walks.start_ms[climbed], floors, walks.duration_ms[climbed]

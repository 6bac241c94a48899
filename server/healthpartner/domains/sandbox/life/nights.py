"""Sleep: a night in cycles of about ninety minutes, deep sleep early and REM late (Ohayon 2004), and naps."""

import numpy as np

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepFigures, SleepSession, SleepStage, StageInterval
from healthpartner.domains.sandbox.life.days import Day, Days
from healthpartner.domains.sandbox.life.records import Records, offset_minutes

_MINUTE_MS = 60_000
_CYCLE_MINUTES = 92.0
_DEEP_SHARE = (0.34, 0.26, 0.14, 0.06, 0.04, 0.03)
_REM_SHARE = (0.10, 0.20, 0.27, 0.33, 0.36, 0.38)
_LATENCY_MINUTES = 12.0
_NAP_HOURS = (13.2, 15.2)
_RING_LATER_MS = 4 * _MINUTE_MS


def add_nights(days: Days, day: Day, records: Records) -> None:
    """The night that ended on this day as each device saw it, and a nap now and then."""
    wearing, chance = days.persona.wearing, days.chance.of("sleep", day.number)
    stages = _stages(days, day, chance)
    if wearing.watch is not None and day.watch_worn:
        records.nights.append((SampleSource(*wearing.watch), _session(day, stages)))
    if wearing.ring is not None:
        # Two devices never agree on the minute.
        seen = [
            StageInterval(each.stage, each.start_ms + _RING_LATER_MS, each.end_ms + _RING_LATER_MS) for each in stages
        ]
        records.nights.append((SampleSource(*wearing.ring), _session(day, seen)))
    if chance.random() < days.persona.sleeper.naps and wearing.watch is not None and day.watch_worn:
        records.nights.append((SampleSource(*wearing.watch), _nap(day, chance)))


def asleep_span(day: Day) -> tuple[int, int]:
    """When the night begins and ends, roughly: for what else happens in bed."""
    return day.at(day.bed_hour), day.at(day.bed_hour + day.sleep_hours + 0.4)


def _stages(days: Days, day: Day, chance: np.random.Generator) -> list[StageInterval]:
    found: list[StageInterval] = []
    at = day.at(day.bed_hour)

    def spend(stage: SleepStage, minutes: float) -> None:
        nonlocal at
        end = at + round(max(1.0, minutes)) * _MINUTE_MS
        found.append(StageInterval(stage, at, end))
        at = end

    spend(SleepStage.awake, chance.exponential(_LATENCY_MINUTES))
    left, cycle = day.sleep_hours * 60, 0
    wakings = days.persona.sleeper.wakings * (1.6 - day.quality)
    while left > 0:
        length = min(left, float(chance.normal(_CYCLE_MINUTES, 9)))
        place = min(cycle, len(_DEEP_SHARE) - 1)
        deep = length * _DEEP_SHARE[place] * (0.55 + 0.55 * day.quality)
        rem = length * _REM_SHARE[place] * (0.7 + 0.35 * day.quality)
        light = max(4.0, length - deep - rem)
        spend(SleepStage.light, light * 0.45)
        spend(SleepStage.deep, deep)
        spend(SleepStage.light, light * 0.55)
        spend(SleepStage.rem, rem)
        left -= length
        cycle += 1
        if left > 0 and chance.random() < wakings / 5:
            spend(SleepStage.awake, 2 + chance.exponential(14 if "infant" in days.persona.special else 5))
    return found


def _session(day: Day, stages: list[StageInterval]) -> SleepSession:
    end = stages[-1].end_ms
    return SleepSession(
        start_ms=stages[0].start_ms,
        end_ms=end,
        offset_minutes=offset_minutes(day.zone, end),
        stages=tuple(stages),
        is_nap=False,
        external_id=f"night-{day.date}",
        figures=SleepFigures(
            heart_rate_mean=round(day.resting_heart_rate + 1.5, 1),
            heart_rate_min=round(day.resting_heart_rate - 4, 1),
            respiratory_rate=round(14.2 + 2.5 * day.illness, 1),
        ),
    )


def _nap(day: Day, chance: np.random.Generator) -> SleepSession:
    start = day.at(float(chance.uniform(*_NAP_HOURS)))
    end = start + round(float(chance.uniform(18, 55))) * _MINUTE_MS
    stages = (StageInterval(SleepStage.light, start, end),)
    return SleepSession(start, end, offset_minutes(day.zone, end), stages, is_nap=True, external_id=f"nap-{day.date}")

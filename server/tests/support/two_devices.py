"""A year of somebody with a watch and a phone, and what is true of it: sleep and workouts, day by day.

Both devices see most of it. The watch is restarted at night, dies, is left at home; it sends a night again and again
while it grows; the traveller crosses the date line both ways and sleeps through both changes of the clocks.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from healthpartner.canonical.sleep import SleepSession, SleepStage, StageInterval
from healthpartner.canonical.workouts import Workout, WorkoutFigures

T = TypeVar("T")

MINUTE = 60_000
HOME, TOKYO, AUCKLAND = "America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland"
FIRST = date(2025, 1, 1)
DAYS = 365
# On these days the traveller is elsewhere.
TRIPS = ((range(40, 52), TOKYO), (range(150, 171), AUCKLAND), (range(300, 304), TOKYO))
_STAGES = (SleepStage.light, SleepStage.deep, SleepStage.rem, SleepStage.awake)


@dataclass
class Year:
    """What each device tells, and seconds asleep and in sport by local day. Distances are in metres."""

    watch_sleep: list[SleepSession] = field(default_factory=list)
    phone_sleep: list[SleepSession] = field(default_factory=list)
    watch_workouts: list[Workout] = field(default_factory=list)
    phone_workouts: list[Workout] = field(default_factory=list)
    asleep: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    naps: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    workouts: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    active: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    distance: dict[date, int] = field(default_factory=lambda: defaultdict(int))


def year(seed: int) -> Year:
    found, random = Year(), Random(seed)  # noqa: S311 - a plausible life, no secret
    for day, zone, flies in _whereabouts():
        _night(found, random, day, zone)
        if random.random() < 0.2 and not flies:
            _nap(found, random, day, zone)
        if random.random() < 0.5 and not flies:
            _sport(found, random, day, zone)
    return found


def _whereabouts() -> Iterator[tuple[date, ZoneInfo, bool]]:
    """(day, zone, whether of a flight): the day of a flight westwards is lost, that of the way back comes twice."""
    for number in range(DAYS):
        day = FIRST + timedelta(number)
        zone = next((zone for days, zone in TRIPS if number in days), HOME)
        returns = any(number == days[-1] for days, _ in TRIPS)
        if any(number == days[0] for days, _ in TRIPS):
            continue
        yield day, ZoneInfo(zone), returns
        if returns:
            yield day, ZoneInfo(HOME), True


def _ms(day: date, clock: time, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, clock, zone).astimezone(UTC).timestamp()) * 1000


def _offset(ms: int, zone: ZoneInfo) -> int:
    shift = datetime.fromtimestamp(ms / 1000, zone).utcoffset()
    assert shift is not None
    return int(shift.total_seconds()) // 60


def _day(ms: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(ms / 1000, zone).date()


def _session(start: int, end: int, zone: ZoneInfo, stages: list[StageInterval], name: str) -> SleepSession:
    known = tuple(each for each in stages if start <= each.start_ms and each.end_ms <= end)
    return SleepSession(start, end, _offset(end, zone), known, external_id=f"{name} {start} {end}")


def _staged(random: Random, start: int, end: int) -> list[StageInterval]:
    stages, at = [], start
    while at < end:
        until = min(end, at + random.randrange(5, 60) * MINUTE)
        stages.append(StageInterval(random.choice(_STAGES), at, until))
        at = until
    return stages


def _asleep(stages: list[StageInterval]) -> int:
    return sum(each.end_ms - each.start_ms for each in stages if each.stage is not SleepStage.awake) // 1000


def _night(found: Year, random: Random, day: date, zone: ZoneInfo) -> None:
    end = _ms(day, time(random.randrange(5, 9), random.randrange(60)), zone)
    start = end - random.randrange(330, 540) * MINUTE
    waking = _day(end, zone)
    stages = _staged(random, start, end)
    kind = random.choices(("plain", "growing", "restart", "died", "left"), (50, 20, 15, 8, 7))[0]
    in_bed = StageInterval(SleepStage.in_bed, start - 12 * MINUTE, end + 9 * MINUTE)
    unstaged = StageInterval(SleepStage.asleep_unspecified, start, end)
    if kind in {"died", "left"}:
        found.phone_sleep.append(_session(in_bed.start_ms, in_bed.end_ms, zone, [in_bed, unstaged], "phone"))
    else:
        found.phone_sleep.append(_session(in_bed.start_ms, in_bed.end_ms, zone, [in_bed], "phone"))
    if kind == "left":
        found.asleep[waking] += (end - start) // 1000
        return
    if kind == "died":
        dead = stages[len(stages) // 2].end_ms
        found.watch_sleep.append(_session(start, dead, zone, stages, "watch"))
        found.asleep[waking] += _asleep([each for each in stages if each.end_ms <= dead]) + (end - dead) // 1000
        return
    if kind == "restart":
        gap = stages.pop(len(stages) // 2)
        found.watch_sleep.append(_session(start, gap.start_ms, zone, stages, "watch"))
        found.watch_sleep.append(_session(gap.end_ms, end, zone, stages, "watch"))
        found.watch_sleep = [each for each in found.watch_sleep if each.end_ms > each.start_ms]
    else:
        found.watch_sleep += [_session(start, each, zone, stages, "watch") for each in _ends(stages, kind)]
    found.asleep[waking] += _asleep(stages)


def _ends(stages: list[StageInterval], kind: str) -> list[int]:
    """Six growing copies, the last of them whole, or the whole night at once."""
    ends = [each.end_ms for each in stages]
    return ends[-6:] if kind == "growing" else ends[-1:]


def _nap(found: Year, random: Random, day: date, zone: ZoneInfo) -> None:
    start = _ms(day, time(13, random.randrange(60)), zone)
    end = start + random.randrange(20, 80) * MINUTE
    asleep = StageInterval(SleepStage.asleep_unspecified, start, end)
    found.watch_sleep.append(_session(start, end, zone, [asleep], "watch"))
    found.phone_sleep.append(_session(start, end, zone, [asleep], "phone"))
    found.naps[day] += (end - start) // 1000


def _sport(found: Year, random: Random, day: date, zone: ZoneInfo) -> None:
    start = _ms(day, time(random.choice((6, 17, 23)) if day.day % 3 else 18, 30), zone)
    for _ in range(random.choice((1, 1, 2))):
        end = start + random.randrange(25, 70) * MINUTE
        _workout(found, random, start, end, zone)
        start = end + random.choice((0, 5)) * MINUTE


def _workout(found: Year, random: Random, start: int, end: int, zone: ZoneInfo) -> None:
    metres = random.randrange(2_000, 20_000)
    seen = random.choices(("both", "watch", "phone", "growing", "broken"), (50, 15, 15, 10, 10))[0]
    own = _told(start, end, zone, "indoor_cycling", metres)
    jitter = random.randrange(0, 110) * 1000
    copy = _told(start + jitter, end, zone, "cycling", metres + random.randrange(-300, 300))
    counted = copy if seen == "phone" else own
    if seen != "phone":
        found.watch_workouts.append(own)
    if seen in {"both", "phone", "growing"}:
        found.phone_workouts.append(copy)
    if seen == "growing":
        found.watch_workouts += [
            _told(start, start + part * (end - start) // 5, zone, "indoor_cycling", 1) for part in (2, 4)
        ]
    if seen == "broken":
        found.phone_workouts.append(_told(start + jitter, start + jitter + 4 * MINUTE, zone, "cycling", 900))
    day = _day(counted.start_ms, zone)
    found.workouts[day] += 1
    found.active[day] += (counted.end_ms - counted.start_ms) // 1000
    found.distance[day] += round(counted.figures.distance_meters or 0)


def _told(start: int, end: int, zone: ZoneInfo, sport: str, metres: float) -> Workout:
    return Workout(
        start,
        end,
        sport,
        offset_minutes=_offset(start, zone),
        external_id=f"{sport} {start} {end}",
        figures=WorkoutFigures(distance_meters=float(metres)),
    )


def batches(items: list[T], random: Random, most: int) -> Iterator[list[T]]:
    """All items in any order, some of them twice, a few at a time."""
    mixed = [*items, *random.sample(items, len(items) // 5)]
    random.shuffle(mixed)
    while mixed:
        size = random.randrange(1, most)
        yield mixed[:size]
        mixed = mixed[size:]

"""Bodies of Garmin Connect: heart rates, variability, nights and days."""

from typing import Any

from msgspec import Struct, ValidationError, convert, field

from healthpartner.canonical.sleep import SleepFigures, SleepSession, SleepStage, StageInterval
from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.bodies.reader import entries, opener
from healthpartner.providers.fitbit.times import day_of
from healthpartner.providers.garmin.manifest import SLUG
from healthpartner.providers.instants import parse_instant

_LEVELS = {0: SleepStage.deep, 1: SleepStage.light, 2: SleepStage.rem, 3: SleepStage.awake}
_READY = "trainingreadiness"


class Clock(Struct):
    """The same moment on two clocks."""

    gmt: str | None = field(name="startTimestampGMT", default=None)
    local: str | None = field(name="startTimestampLocal", default=None)


class HeartDay(Struct):
    day: str = field(name="calendarDate")
    values: list[tuple[int, float | None]] = field(name="heartRateValues")
    resting: float | None = field(name="restingHeartRate", default=None)
    lowest: float | None = field(name="minHeartRate", default=None)
    highest: float | None = field(name="maxHeartRate", default=None)


class HrvDay(Struct):
    day: str = field(name="calendarDate")
    last_night: float | None = field(name="lastNightAvg", default=None)


class HrvReading(Struct):
    value: float = field(name="hrvValue")
    at: str = field(name="readingTimeGMT")


class Day(Struct):
    day: str = field(name="calendarDate")
    steps: float | None = field(name="totalSteps", default=None)
    distance: float | None = field(name="totalDistanceMeters", default=None)
    active: float | None = field(name="activeKilocalories", default=None)
    total: float | None = field(name="totalKilocalories", default=None)
    floors: float | None = field(name="floorsAscended", default=None)
    moderate: float | None = field(name="moderateIntensityMinutes", default=None)
    vigorous: float | None = field(name="vigorousIntensityMinutes", default=None)
    resting: float | None = field(name="restingHeartRate", default=None)
    lowest: float | None = field(name="minHeartRate", default=None)
    highest: float | None = field(name="maxHeartRate", default=None)
    stress: float | None = field(name="averageStressLevel", default=None)


class Night(Struct):
    day: str = field(name="calendarDate")
    start_ms: int = field(name="sleepStartTimestampGMT")
    end_ms: int = field(name="sleepEndTimestampGMT")
    local_end_ms: int | None = field(name="sleepEndTimestampLocal", default=None)
    identity: int | None = field(name="id", default=None)
    asleep: float | None = field(name="sleepTimeSeconds", default=None)
    deep: float | None = field(name="deepSleepSeconds", default=None)
    light: float | None = field(name="lightSleepSeconds", default=None)
    rem: float | None = field(name="remSleepSeconds", default=None)
    awake: float | None = field(name="awakeSleepSeconds", default=None)
    breaths: float | None = field(name="averageRespirationValue", default=None)
    heart_rate: float | None = field(name="averageSpO2HRSleep", default=None)


class Level(Struct):
    start: str = field(name="startGMT")
    end: str = field(name="endGMT")
    level: float = field(name="activityLevel")


def is_body(found: Any) -> bool:
    return (
        (
            isinstance(found, dict)
            and not {"heartRateValues", "hrvSummaries", "hrvReadings", "dailySleepDTO"}.isdisjoint(found)
        )
        or (isinstance(found, dict) and {"calendarDate", "totalSteps"} <= found.keys())
        or _is_readiness(found)
    )


def take_body(found: Any, collected: Collected) -> bool:
    if _is_readiness(found):
        for _ in found:
            collected.passed_over(_READY)
        return True
    if not is_body(found):
        return False
    try:
        _take(found, collected)
    except ValidationError:
        collected.passed_over("body", "bad_entry")
    return True


def _take(found: dict[str, Any], collected: Collected) -> None:
    if "heartRateValues" in found:
        _take_heart(convert(found, HeartDay), _offset(convert(found, Clock)), collected)
    elif "hrvSummaries" in found:
        for told in entries(found["hrvSummaries"], HrvDay, "hrvSummaries", collected):
            collected.entry("hrvSummaries", collected.total("hrv", day_of(told.day), told.last_night))
    elif "hrvReadings" in found:
        offset = _offset(convert(found, Clock))
        for reading in entries(found["hrvReadings"], HrvReading, "hrvReadings", collected):
            at = parse_instant(reading.at)
            kept = collected.sample("hrv", at[0] if at else None, reading.value, offset=offset)
            collected.entry("hrvReadings", kept)
    elif "dailySleepDTO" in found:
        _take_night(convert(found["dailySleepDTO"], Night), found.get("sleepLevels"), collected)
    else:
        _take_day(convert(found, Day), collected)


def _take_heart(told: HeartDay, offset: int | None, collected: Collected) -> None:
    for ms, beats in told.values:
        collected.entry("heartRateValues", collected.sample("heart_rate", ms, beats, offset=offset))
    day = day_of(told.day)
    collected.entry(
        "dailyHeartRate",
        collected.total("resting_heart_rate", day, told.resting),
        collected.total("heart_rate", day, minimum=told.lowest, maximum=told.highest),
    )


def _take_day(told: Day, collected: Collected) -> None:
    figures = {
        "steps": told.steps,
        "distance": told.distance,
        "calories": told.active,
        "total_calories": told.total,
        "floors": told.floors,
        "moderate_intensity_minutes": told.moderate,
        "vigorous_intensity_minutes": told.vigorous,
        "resting_heart_rate": told.resting,
        "stress_level": told.stress,
    }
    day = day_of(told.day)
    kept = [collected.total(slug, day, value) for slug, value in figures.items()]
    heart = collected.total("heart_rate", day, minimum=told.lowest, maximum=told.highest)
    collected.entry("usersummary", heart, *kept)


def _take_night(told: Night, levels: Any, collected: Collected) -> None:
    offset = None if told.local_end_ms is None else (told.local_end_ms - told.end_ms) // 60_000
    stages = [stage for each in entries(levels, Level, "sleepLevels", collected) if (stage := _stage(each)) is not None]
    session = SleepSession(
        told.start_ms,
        told.end_ms,
        offset if offset is not None and abs(offset) <= 18 * 60 else None,
        tuple(stages),
        external_id=None if told.identity is None else str(told.identity),
        day=day_of(told.day),
        figures=SleepFigures(
            duration_seconds=told.asleep,
            deep_seconds=told.deep,
            light_seconds=told.light,
            rem_seconds=told.rem,
            awake_seconds=told.awake,
            respiratory_rate=told.breaths,
            heart_rate_mean=told.heart_rate,
        ),
    )
    collected.entry("dailySleepData", collected.sleep(session))
    for _ in stages:
        collected.entry("sleepLevels", True)


def _stage(told: Level) -> StageInterval | None:
    start, end, stage = parse_instant(told.start), parse_instant(told.end), _LEVELS.get(int(told.level))
    if start is None or end is None or stage is None or start[0] >= end[0]:
        return None
    return StageInterval(stage, start[0], end[0])


def _offset(clock: Clock) -> int | None:
    gmt = parse_instant(clock.gmt) if clock.gmt else None
    local = parse_instant(clock.local) if clock.local else None
    if gmt is None or local is None:
        return None
    minutes = (local[0] - gmt[0]) // 60_000
    return minutes if abs(minutes) <= 18 * 60 else None


def _is_readiness(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and isinstance(found[0], dict) and "acuteLoad" in found[0]


read_garmin = opener(SLUG, take_body)

"""Sleep logs and exercises of Fitbit as sessions."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from healthpartner.canonical.sleep import STAGES_BY_FITBIT, SleepFigures, SleepSession, SleepStage, StageInterval
from healthpartner.canonical.sports import SPORTS, sport_of
from healthpartner.canonical.workouts import Workout, WorkoutFigures
from healthpartner.providers.fitbit.entries import Exercise, Level, Sleep
from healthpartner.providers.fitbit.times import day_of, local_ms, utc_ms
from healthpartner.providers.instants import offset_at

_LONGEST_MS = timedelta(days=3) // timedelta(milliseconds=1)
_MOST_LEVELS = 2_000
_METRES = {"kilometer": 1000.0, "mile": 1609.344, "meter": 1.0}


def sleep_session(log: Sleep, zone: str | None) -> SleepSession | str:
    """Or the reason why there is none."""
    start, end = local_ms(log.start, zone), local_ms(log.end, zone)
    if start is None or end is None:
        return "bad_date"
    if not 0 < end[0] - start[0] <= _LONGEST_MS:
        return "ends_before_start"
    main = log.main if log.is_main is None else log.is_main
    levels = log.levels
    return SleepSession(
        start[0],
        end[0],
        end[1],
        () if levels is None else _stages(levels.data, levels.short_data, zone),
        None if main is None else not main,
        str(log.log_id),
        day_of(log.day) if log.day else None,
        figures=SleepFigures(
            duration_seconds=None if log.minutes_asleep is None else log.minutes_asleep * 60,
            time_in_bed_seconds=None if log.minutes_in_bed is None else log.minutes_in_bed * 60,
            efficiency_percent=log.efficiency,
        ),
    )


def workout(log: Exercise, zone: str | None) -> Workout | str:
    """Or the reason why there is none. The log's times are UTC."""
    start = utc_ms(log.start)
    if start is None:
        return "bad_date"
    if not 0 <= log.duration <= _LONGEST_MS:
        return "out_of_range"
    factor = _METRES.get((log.distance_unit or "kilometer").lower())
    return Workout(
        start,
        start + round(log.duration),
        sport_named(log.name),
        log.name[:200],
        offset_at(start, zone) if zone else None,
        external_id=str(log.log_id),
        figures=WorkoutFigures(
            distance_meters=None if log.distance is None or factor is None else log.distance * factor,
            total_calories=log.calories,
            active_seconds=None if log.active_duration is None else log.active_duration / 1000,
            heart_rate_mean=log.average_heart_rate,
            elevation_gain_meters=log.elevation_gain,
            steps=log.steps,
        ),
    )


def sport_named(name: str) -> str:
    """Fitbit's names are words, mostly those of the catalogue."""
    slug = name.strip().lower().replace(" ", "_")
    return slug if slug in SPORTS else sport_of("fitbit", name)


def _stages(long: Sequence[Level], short: Sequence[Level], zone: str | None) -> tuple[StageInterval, ...]:
    """Short wakes lie on top of the long stages, which are cut where they are."""
    wakes = [each for level in short[:_MOST_LEVELS] if (each := _interval(level, zone)) is not None]
    found: list[StageInterval] = []
    for level in long[:_MOST_LEVELS]:
        stage = _interval(level, zone)
        if stage is not None:
            found += _without(stage, wakes)
    return tuple(sorted({*found, *wakes}, key=lambda each: (each.start_ms, each.end_ms)))


def _without(stage: StageInterval, wakes: Iterable[StageInterval]) -> list[StageInterval]:
    left = [(stage.start_ms, stage.end_ms)]
    for wake in wakes:
        left = [
            (start, end)
            for first, last in left
            for start, end in ((first, min(last, wake.start_ms)), (max(first, wake.end_ms), last))
            if start < end
        ]
    return [StageInterval(stage.stage, start, end) for start, end in left]


def _interval(level: Level, zone: str | None) -> StageInterval | None:
    start = local_ms(level.date_time, zone)
    if start is None or not 0 < level.seconds * 1000 <= _LONGEST_MS:
        return None
    stage = STAGES_BY_FITBIT.get(level.level, SleepStage.unknown)
    return StageInterval(stage, start[0], start[0] + round(level.seconds * 1000))

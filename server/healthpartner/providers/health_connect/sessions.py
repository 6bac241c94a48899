"""Sessions of sleep and exercise with what lies in tables of their own: stages, laps, routes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import STAGES_BY_HEALTH_CONNECT, SleepSession, StageInterval
from healthpartner.canonical.sports import OTHER, sport_of
from healthpartner.canonical.workouts import Route, Segment, Workout, WorkoutFigures
from healthpartner.providers.contract import Chunk, ImportReport, SleepChunk, WorkoutChunk
from healthpartner.providers.health_connect.database import ExportDatabase, TableDamaged
from healthpartner.providers.health_connect.exercise_types import name_of
from healthpartner.providers.health_connect.sources import Sources
from healthpartner.providers.tracks.points import Points

MOST_PARTS = 3_000_000

_SESSION = ("row_id", "uuid", "last_modified_time", "app_info_id", "device_info_id", "start_time", "end_time")
_SLEEP = "sleep_session_record_table"
_EXERCISE = "exercise_session_record_table"
_STAGES = ("sleep_stages_table", ("parent_key", "stage_start_time", "stage_end_time", "stage_type"))
_LAPS = ("exercise_laps_table", ("parent_key", "lap_start_time", "lap_end_time", "lap_length"))
_ROUTE = ("exercise_route_table", ("parent_key", "timestamp_millis", "latitude", "longitude", "altitude"))
_LONGEST_MS = 30 * 86_400_000
_LONGEST_OFFSET_S = 18 * 3600
_LONGEST_TEXT = 300


class _Session(NamedTuple):
    row_id: int
    uuid: str | None
    changed_ms: int | None
    source: SampleSource
    start_ms: int
    end_ms: int


def sleep_chunks(database: ExportDatabase, sources: Sources, report: ImportReport, latest_ms: int) -> Iterator[Chunk]:
    """Raises TableDamaged."""
    if not database.has(_SLEEP, (*_SESSION, "end_zone_offset")):
        return
    stages = _parts(database, _STAGES, report)
    for page in database.rows(_SLEEP, (*_SESSION, "end_zone_offset")):
        for row in page:
            session = _session(row, sources, report, _SLEEP, latest_ms)
            if session is None:
                continue
            found = [_stage(part) for part in stages.pop(session.row_id, [])]
            intervals = sorted(
                {each for each in found if each is not None}, key=lambda each: (each.start_ms, each.end_ms)
            )
            report.records_merged += len(intervals)
            report.skip("bad_value", _STAGES[0], len(found) - len(intervals))
            sleep = SleepSession(
                session.start_ms,
                session.end_ms,
                _minutes(row[-1]),
                tuple(intervals),
                external_id=session.uuid,
                updated_ms=session.changed_ms,
            )
            chunk = SleepChunk(session.source, [sleep])
            report.keep(chunk)
            yield chunk
    report.skip("no_session", _STAGES[0], sum(map(len, stages.values())))


def exercise_chunks(
    database: ExportDatabase, sources: Sources, report: ImportReport, latest_ms: int
) -> Iterator[Chunk]:
    """Distance, energy and heart rate of a session are records of their own in Health Connect. Raises TableDamaged."""
    columns = (*_SESSION, "start_zone_offset", "exercise_type", "title")
    if not database.has(_EXERCISE, columns):
        return
    laps, routes = _parts(database, _LAPS, report), _parts(database, _ROUTE, report)
    for page in database.rows(_EXERCISE, columns):
        for row in page:
            session = _session(row, sources, report, _EXERCISE, latest_ms)
            if session is None:
                continue
            *_, offset, kind, title = row
            name = name_of(kind)
            workout = Workout(
                session.start_ms,
                session.end_ms,
                OTHER if name is None else sport_of("health_connect", name),
                name or (str(kind) if isinstance(kind, int) else None),
                _minutes(offset),
                title=title[:_LONGEST_TEXT] if isinstance(title, str) and title else None,
                external_id=session.uuid,
                updated_ms=session.changed_ms,
                segments=_segments(laps.pop(session.row_id, []), report),
                route=_route(routes.pop(session.row_id, []), report),
            )
            chunk = WorkoutChunk(session.source, [workout])
            report.keep(chunk)
            yield chunk
    for table, left in ((_LAPS[0], laps), (_ROUTE[0], routes)):
        report.skip("no_session", table, sum(map(len, left.values())))


def _parts(
    database: ExportDatabase, table: tuple[str, tuple[str, ...]], report: ImportReport
) -> dict[int, list[tuple[Any, ...]]]:
    """By the session they belong to; what cannot be read of them leaves the sessions."""
    name, columns = table
    found: dict[int, list[tuple[Any, ...]]] = {}
    held = 0
    if not database.has(name, columns):
        return found
    try:
        for page in database.rows(name, columns):
            report.records_read += len(page)
            taken = page[: max(0, MOST_PARTS - held)]
            report.skip("too_many_records", name, len(page) - len(taken))
            held += len(taken)
            for parent, *rest in taken:
                found.setdefault(parent, []).append(tuple(rest))
    except TableDamaged:
        report.skip("table_damaged", name, 0)
    return found


def _session(
    row: tuple[Any, ...], sources: Sources, report: ImportReport, table: str, latest_ms: int
) -> _Session | None:
    report.records_read += 1
    row_id, uuid, changed, app, device, start, end = row[: len(_SESSION)]
    if not (type(start) is int and type(end) is int and start >= 0 and end <= latest_ms):
        report.skip("bad_date", table)
        return None
    if not 0 <= end - start <= _LONGEST_MS:
        report.skip("ends_before_start" if end < start else "out_of_range", table)
        return None
    told = uuid.hex() if isinstance(uuid, bytes) and uuid else None
    changed_ms = changed if type(changed) is int and 0 <= changed <= latest_ms else None
    return _Session(row_id, told, changed_ms, sources.of(app, device), start, end)


def _stage(part: tuple[Any, ...]) -> StageInterval | None:
    start, end, kind = part
    if not (type(start) is int and type(end) is int and 0 <= start < end <= start + _LONGEST_MS):
        return None
    stage = STAGES_BY_HEALTH_CONNECT.get(kind)
    return None if stage is None else StageInterval(stage, start, end)


def _segments(parts: list[tuple[Any, ...]], report: ImportReport) -> tuple[Segment, ...]:
    found = []
    for start, end, length in parts:
        if type(start) is int and type(end) is int and 0 <= start <= end <= start + _LONGEST_MS:
            metres = length if isinstance(length, int | float) and length >= 0 else None
            found.append(Segment("lap", start, end, figures=WorkoutFigures(distance_meters=metres)))
    report.records_merged += len(found)
    report.skip("bad_value", _LAPS[0], len(parts) - len(found))
    return tuple(sorted(found, key=lambda segment: segment.start_ms))


def _route(parts: list[tuple[Any, ...]], report: ImportReport) -> Route | None:
    points = Points()
    for at, latitude, longitude, altitude in parts:
        if type(at) is int and 0 <= at < 1 << 46 and not points.is_full:
            told = {"latitude": latitude, "longitude": longitude, "altitude": altitude}
            points.add(at, {name: value for name, value in told.items() if isinstance(value, float)})
    report.records_merged += len(points)
    report.skip("bad_value", _ROUTE[0], len(parts) - len(points))
    return points.by_time().route() if len(points) else None


def _minutes(seconds: Any) -> int | None:
    return seconds // 60 if type(seconds) is int and abs(seconds) <= _LONGEST_OFFSET_S else None

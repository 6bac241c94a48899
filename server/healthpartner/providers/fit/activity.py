"""An activity file: points, laps and sessions, each session a workout."""

from collections.abc import Iterator

from fitdecode import FitDataMessage  # type: ignore[import-untyped]

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sports import OTHER, from_fit
from healthpartner.canonical.workouts import Segment, Workout, WorkoutFigures
from healthpartner.providers.contract import Chunk, ImportReport
from healthpartner.providers.fit.fields import instant_ms, number, offset_minutes, scaled, text
from healthpartner.providers.tracks.chunks import chunks_of, workout_chunk
from healthpartner.providers.tracks.figures import completed
from healthpartner.providers.tracks.points import Points, Track
from healthpartner.providers.tracks.samples import is_on_foot

MESSAGES = frozenset({"record", "lap", "session", "activity", "sport"})
MOST_PARTS = 10_000

_DEGREES = 180.0 / (1 << 31)
_BOTH_FEET = 2.0
_LONGEST_S = 30 * 86_400
_QUANTITIES = {
    "position_lat": ("latitude", _DEGREES),
    "position_long": ("longitude", _DEGREES),
    "altitude": ("altitude", 1.0),
    "enhanced_altitude": ("altitude", 1.0),
    "distance": ("distance", 1.0),
    "heart_rate": ("heart_rate", 1.0),
    "cadence": ("cadence", 1.0),
    "fractional_cadence": ("fraction", 1.0),
    "power": ("power", 1.0),
    "speed": ("speed", 1.0),
    "enhanced_speed": ("speed", 1.0),
    "temperature": ("temperature", 1.0),
}


class ActivityMessages:
    def __init__(self, report: ImportReport) -> None:
        self._report = report
        self._points = Points()
        self._laps: list[FitDataMessage] = []
        self._sessions: list[FitDataMessage] = []
        self._sport: tuple[str, str | None] = (OTHER, None)
        self._offset: int | None = None

    def take(self, message: FitDataMessage) -> None:
        match message.name:
            case "record":
                self._take_point(message)
            case "lap":
                self._take_part(self._laps, message)
            case "session":
                self._take_part(self._sessions, message)
            case _:
                # Of the activity only the clock counts, of the sport only its name: both live on in the workouts.
                self._offset = offset_minutes(message) if self._offset is None else self._offset
                self._sport = _sport(message) if message.name == "sport" else self._sport
                self._report.records_merged += 1

    def finish(self, source: SampleSource) -> Iterator[Chunk]:
        track = self._points.by_time()
        bounds = [found for session in self._sessions if (found := self._bounds(session)) is not None]
        if not bounds:
            yield from self._unfinished(source, track)
            return
        bounds.sort(key=lambda each: each[:2])
        for at, (start, end, session) in enumerate(bounds):
            first = -(1 << 62) if at == 0 else start
            last = bounds[at + 1][0] - 1 if at + 1 < len(bounds) else 1 << 62
            yield from self._workout(source, session, (start, end), track.between(first, last))

    def _take_point(self, message: FitDataMessage) -> None:
        ms = instant_ms(message)
        if ms is None or self._points.is_full:
            self._report.skip("no_time" if ms is None else "too_many_points", "record")
            return
        values: dict[str, float] = {}
        for field in message.fields:
            known = _QUANTITIES.get(field.name)
            if known is not None and isinstance(field.value, int | float):
                values[known[0]] = field.value * known[1]
        if "altitude" in values:
            # Fifths of a metre, which computing from the sea below left with a tail.
            values["altitude"] = round(values["altitude"], 3)
        if "cadence" in values:
            values["cadence"] += values.pop("fraction", 0.0)
        self._points.add(ms, values)
        self._report.records_kept += 1

    def _take_part(self, parts: list[FitDataMessage], message: FitDataMessage) -> None:
        if len(parts) >= MOST_PARTS:
            self._report.skip("too_many_parts", message.name)
            return
        parts.append(message)
        if message.name == "lap":
            self._report.records_merged += 1

    def _bounds(self, session: FitDataMessage) -> tuple[int, int, FitDataMessage] | None:
        found = _span(session)
        if found is None:
            self._report.skip("no_time", "session")
            return None
        return *found, session

    def _workout(
        self, source: SampleSource, session: FitDataMessage, span: tuple[int, int], track: Track
    ) -> Iterator[Chunk]:
        sport, called = _sport(session)
        if sport == OTHER:
            sport, called = self._sport
        track = _by_both_feet(track, sport)
        yield from chunks_of(source, track, sport, self._offset, self._report)
        laps = _segments(self._laps, span)
        workout = Workout(
            *span,
            sport,
            called,
            self._offset,
            title=text(session, "sport_profile_name"),
            figures=completed(_figures(session, sport), track),
            segments=laps if len(laps) > 1 else (),
            route=track.route(),
        )
        yield workout_chunk(source, workout, self._report, records=1)

    def _unfinished(self, source: SampleSource, track: Track) -> Iterator[Chunk]:
        """The file broke off before it said what this was: the points say from when to when."""
        if not len(track):
            return
        sport, called = self._sport
        track = _by_both_feet(track, sport)
        yield from chunks_of(source, track, sport, self._offset, self._report)
        span = (int(track.time_ms[0]), int(track.time_ms[-1]))
        figures = completed(WorkoutFigures(), track)
        workout = Workout(*span, sport, called, self._offset, figures=figures, route=track.route())
        yield workout_chunk(source, workout, self._report, records=0)


def _by_both_feet(track: Track, sport: str) -> Track:
    """FIT counts the steps of one foot."""
    return track.scaled("cadence", _BOTH_FEET) if is_on_foot(sport) else track


def _sport(message: FitDataMessage) -> tuple[str, str | None]:
    sport, sub_sport = text(message, "sport"), text(message, "sub_sport")
    if sport is None:
        return OTHER, None
    called = sport if sub_sport in {None, "generic"} else f"{sport}/{sub_sport}"
    return from_fit(sport, sub_sport), called


def _span(message: FitDataMessage) -> tuple[int, int] | None:
    start, told = instant_ms(message, "start_time"), instant_ms(message)
    seconds = number(message, "total_elapsed_time")
    if start is None:
        return None
    if seconds is not None and 0 <= seconds <= _LONGEST_S:
        return start, start + round(seconds * 1000)
    return start, max(start, told or start)


def _segments(laps: list[FitDataMessage], span: tuple[int, int]) -> tuple[Segment, ...]:
    found = []
    for lap in laps:
        part = _span(lap)
        if part is not None and span[0] <= part[0] <= span[1]:
            sport, _ = _sport(lap)
            found.append(Segment("lap", *part, figures=_figures(lap, sport)))
    return tuple(sorted(found, key=lambda segment: segment.start_ms))


def _figures(message: FitDataMessage, sport: str) -> WorkoutFigures:
    on_foot = is_on_foot(sport)
    cadence = number(message, "avg_running_cadence", "avg_cadence")
    if cadence is not None:
        cadence = (cadence + (number(message, "avg_fractional_cadence") or 0.0)) * (_BOTH_FEET if on_foot else 1.0)
    return WorkoutFigures(
        distance_meters=number(message, "total_distance"),
        total_calories=number(message, "total_calories"),
        active_seconds=number(message, "total_timer_time"),
        heart_rate_min=number(message, "min_heart_rate"),
        heart_rate_mean=number(message, "avg_heart_rate"),
        heart_rate_max=number(message, "max_heart_rate"),
        elevation_gain_meters=number(message, "total_ascent"),
        elevation_loss_meters=number(message, "total_descent"),
        average_power_watts=number(message, "avg_power"),
        max_power_watts=number(message, "max_power"),
        average_speed=number(message, "enhanced_avg_speed", "avg_speed"),
        max_speed=number(message, "enhanced_max_speed", "max_speed"),
        average_cadence=cadence,
        steps=scaled(number(message, "total_strides"), _BOTH_FEET) if on_foot else None,
        pool_length_meters=number(message, "pool_length"),
        average_temperature=number(message, "avg_temperature"),
    )

"""Gathers a workout from its element and those inside it: statistics, events, activities, routes and what else is said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from healthpartner.canonical.sports import sport_of
from healthpartner.canonical.workouts import Segment, Workout, WorkoutFigures
from healthpartner.providers.apple_health.dates import parse_instant
from healthpartner.providers.apple_health.mapping import device_name
from healthpartner.providers.apple_health.statistics import amount, figures_of, measure
from healthpartner.providers.contract import ImportReport
from healthpartner.providers.instants import offset_at
from healthpartner.providers.numbers import finite
from healthpartner.providers.tracks.points import Points

MOST_PARTS = 2_000
_LONGEST_TEXT = 300
_INDOORS = {
    "running": "indoor_running",
    "walking": "indoor_walking",
    "cycling": "indoor_cycling",
    "rowing": "indoor_rowing",
}
_SWIMS = {"1": "pool_swimming", "2": "open_water_swimming"}
_LAP = "HKWorkoutEventTypeLap"

Attributes = Mapping[str, str]


@dataclass(slots=True)
class OpenWorkout:
    """What has been read of it; `inside` is the element in it that is open, for its own details are not the workout's."""

    attributes: Attributes
    inside: str | None = None
    details: dict[str, str] = field(default_factory=dict)
    statistics: list[Attributes] = field(default_factory=list)
    laps: list[Attributes] = field(default_factory=list)
    activities: list[tuple[Attributes, list[Attributes]]] = field(default_factory=list)
    routes: list[str] = field(default_factory=list)
    route_records: int = 0
    points: Points = field(default_factory=Points)


@dataclass(frozen=True, slots=True)
class ReadWorkout:
    """A workout, its device, and the files beside the export that hold the way it took."""

    workout: Workout
    device: str | None
    routes: tuple[str, ...]
    route_records: int


class WorkoutElements:
    """`openings` and `closings` are what the parser's target calls for the elements that belong here."""

    def __init__(self, report: ImportReport) -> None:
        self.done: list[ReadWorkout] = []
        self._report = report
        self._open: OpenWorkout | None = None
        self.openings: dict[str, Callable[[Attributes], None]] = {
            "Workout": self._start,
            "WorkoutStatistics": self._take_statistics,
            "WorkoutEvent": self._take_event,
            "WorkoutActivity": self._take_activity,
            "WorkoutRoute": self._take_route,
            "FileReference": self._take_file,
            "Location": self._take_location,
        }

    def take_detail(self, key: str, value: str) -> None:
        if self._open is not None and self._open.inside is None and len(self._open.details) < MOST_PARTS:
            self._open.details[key[:_LONGEST_TEXT]] = value[:_LONGEST_TEXT]

    @property
    def is_open(self) -> bool:
        return self._open is not None

    def end(self, tag: str, latest_ms: int) -> None:
        if self._open is None:
            return
        if tag == "Workout":
            self._finish(self._open, latest_ms)
            self._open = None
        elif tag == self._open.inside:
            self._open.inside = None

    def cut_off(self) -> None:
        """The file broke off within a workout."""
        if self._open is not None:
            self._skip(self._open, "cut_off")
            self._open = None

    def _skip(self, found: OpenWorkout, reason: str) -> None:
        self._report.skip(reason, "Workout")
        self._report.skip(reason, "WorkoutRoute", found.route_records)

    def _start(self, attributes: Attributes) -> None:
        self.cut_off()
        self._report.records_read += 1
        self._open = OpenWorkout(_copied(attributes))

    def _take_statistics(self, attributes: Attributes) -> None:
        if self._open is None:
            return
        inside = self._open.activities[-1][1] if self._open.inside == "WorkoutActivity" else self._open.statistics
        if len(inside) < MOST_PARTS:
            inside.append(_copied(attributes))

    def _take_event(self, attributes: Attributes) -> None:
        if self._open is None:
            return
        self._open.inside = self._open.inside or "WorkoutEvent"
        if attributes.get("type") == _LAP and len(self._open.laps) < MOST_PARTS:
            self._open.laps.append(_copied(attributes))

    def _take_activity(self, attributes: Attributes) -> None:
        if self._open is not None and len(self._open.activities) < MOST_PARTS:
            self._open.inside = "WorkoutActivity"
            self._open.activities.append((_copied(attributes), []))

    def _take_route(self, _: Attributes) -> None:
        self._report.records_read += 1
        if self._open is None:
            self._report.skip("not_a_sample", "WorkoutRoute")
            return
        self._open.inside = "WorkoutRoute"
        self._open.route_records += 1

    def _take_file(self, attributes: Attributes) -> None:
        if self._open is not None and len(self._open.routes) < MOST_PARTS:
            self._open.routes.append(attributes.get("path", "")[:_LONGEST_TEXT])

    def _take_location(self, attributes: Attributes) -> None:
        """Exports before iOS 13 hold the points themselves."""
        if self._open is None or self._open.points.is_full:
            return
        when = parse_instant(attributes.get("date", ""))
        if when is not None:
            known = {name: finite(attributes.get(name, "")) for name in ("latitude", "longitude", "altitude")}
            self._open.points.add(when[0], {name: value for name, value in known.items() if value is not None})

    def _finish(self, found: OpenWorkout, latest_ms: int) -> None:
        get = found.attributes.get
        kind = get("workoutActivityType", "")
        begun, ended = parse_instant(get("startDate", "")), parse_instant(get("endDate", ""))
        if begun is None or ended is None:
            self._skip(found, "bad_date")
            return
        (start, shown), (end, _) = begun, ended
        if reason := _fault(start, end, latest_ms):
            self._skip(found, reason)
            return
        zone = found.details.get("HKTimeZone")
        offset = offset_at(start, zone) if zone else None
        workout = Workout(
            start,
            end,
            _sport(kind, found.details),
            kind.removeprefix("HKWorkoutActivityType") or None,
            shown if offset is None else offset,
            figures=_figures(found),
            segments=tuple(_segments(found)),
            route=found.points.by_time().route() if len(found.points) else None,
        )
        self.done.append(
            ReadWorkout(workout, device_name(get("sourceName", "")), tuple(found.routes), found.route_records)
        )


def _copied(attributes: Attributes) -> dict[str, str]:
    return {name: text[:_LONGEST_TEXT] for name, text in attributes.items()}


def _fault(start: int, end: int, latest_ms: int) -> str | None:
    if start < 0:
        return "before_1970"
    if end > latest_ms:
        return "in_the_future"
    return "ends_before_start" if end < start else None


def _sport(kind: str, details: Mapping[str, str]) -> str:
    sport = sport_of("health_kit", kind)
    if details.get("HKIndoorWorkout") == "1":
        return _INDOORS.get(sport, sport)
    if sport == "swimming":
        return _SWIMS.get(details.get("HKSwimmingLocationType", ""), sport)
    return sport


def _figures(found: OpenWorkout) -> WorkoutFigures:
    """Statistics say more than the attributes, which older exports have alone."""
    get = found.attributes.get
    minutes = amount("stand_minutes", get("duration", ""), get("durationUnit", "min"))
    said = {
        "active_seconds": None if minutes is None else round(minutes * 60, 3),
        "distance_meters": amount("distance", get("totalDistance", ""), get("totalDistanceUnit", "km")),
        "active_calories": amount("calories", get("totalEnergyBurned", ""), get("totalEnergyBurnedUnit", "kcal")),
        "swim_strokes": finite(get("totalSwimmingStrokeCount", "")),
        "elevation_gain_meters": measure("distance", found.details.get("HKElevationAscended", "")),
        "elevation_loss_meters": measure("distance", found.details.get("HKElevationDescended", "")),
        "average_temperature": measure("air_temperature", found.details.get("HKWeatherTemperature", "")),
        "pool_length_meters": measure("distance", found.details.get("HKLapLength", "")),
    }
    return WorkoutFigures(**{**said, **figures_of(found.statistics)})


def _segments(found: OpenWorkout) -> list[Segment]:
    """One activity is the workout itself; several are its legs."""
    segments = []
    if len(found.activities) > 1:
        for attributes, statistics in found.activities:
            start, end = (parse_instant(attributes.get(name, "")) for name in ("startDate", "endDate"))
            if start is not None and end is not None and start[0] <= end[0]:
                figures = WorkoutFigures(**figures_of(statistics))
                segments.append(Segment("activity", start[0], end[0], figures=figures))
    for lap in found.laps:
        when = parse_instant(lap.get("date", ""))
        minutes = amount("stand_minutes", lap.get("duration", ""), lap.get("durationUnit", "min"))
        if when is not None and minutes is not None:
            segments.append(Segment("lap", when[0], when[0] + round(minutes * 60_000)))
    return segments

"""Receives the elements of a TCX file, and gathers each activity with its laps and points."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from healthpartner.providers.contract import ImportReport
from healthpartner.providers.instants import parse_instant
from healthpartner.providers.numbers import finite
from healthpartner.providers.tracks.points import Points
from healthpartner.providers.xml_streams import local_name

_LONGEST_TEXT = 300
MOST_LAPS = 10_000
_QUANTITIES = {
    "LatitudeDegrees": "latitude",
    "LongitudeDegrees": "longitude",
    "AltitudeMeters": "altitude",
    "DistanceMeters": "distance",
    "Cadence": "cadence",
    "RunCadence": "cadence",
    "Watts": "power",
    "Speed": "speed",
}
_LAP_FIGURES = frozenset(
    {"TotalTimeSeconds", "DistanceMeters", "MaximumSpeed", "Calories", "Cadence", "AvgRunCadence", "AvgWatts", "Steps"}
)


@dataclass(slots=True)
class TcxLap:
    """Figures by the names of their elements; heart rates as `AverageHeartRateBpm` and `MaximumHeartRateBpm`."""

    start: str
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class TcxActivity:
    sport: str
    device: str | None = None
    offset_minutes: int | None = None
    laps: list[TcxLap] = field(default_factory=list)
    points: Points = field(default_factory=Points)


class TcxTarget:
    """`activities` are the complete ones; take them away as they come."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report
        self.is_ours = False
        self.activities: deque[TcxActivity] = deque()
        self._activity: TcxActivity | None = None
        self._path: list[str] = []
        self._text: list[str] = []
        self._point: dict[str, float] | None = None
        self._time: str | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local_name(tag)
        self._path.append(name)
        self._text.clear()
        if name == "Trackpoint":
            self._point, self._time = {}, None
        elif name == "Activity":
            self._activity = TcxActivity(attributes.get("Sport", "Other")[:_LONGEST_TEXT])
        elif name == "Lap" and self._activity is not None:
            self._start_lap(self._activity, attributes.get("StartTime", "")[:_LONGEST_TEXT])
        elif name in {"Course", "Workout"}:
            self.report.records_read += 1
            self.report.skip("not_an_activity", name)
        elif name == "TrainingCenterDatabase" and len(self._path) == 1:
            self.is_ours = True

    def data(self, text: str) -> None:
        if len(self._text) < _LONGEST_TEXT:
            self._text.append(text)

    def end(self, _: str) -> None:
        name = self._path.pop()
        if name == "Trackpoint":
            self._end_point()
        elif name == "Activity":
            self._end_activity()
        elif self._point is not None:
            self._take_quantity(name)
        elif self._activity is not None:
            self._take_figure(self._activity, name)

    def close(self) -> None:
        """The parser calls this at the end and after an error."""

    def finish(self) -> None:
        """Where the file breaks off, what was read of an activity is an activity."""
        self._end_activity()

    def _start_lap(self, activity: TcxActivity, start: str) -> None:
        self.report.records_read += 1
        if len(activity.laps) >= MOST_LAPS:
            self.report.skip("too_many_laps", "Lap")
            return
        activity.laps.append(TcxLap(start))
        # A lap lives on as a part of its activity.
        self.report.records_merged += 1

    def _take_quantity(self, name: str) -> None:
        text = self._said()
        if name == "Time":
            self._time = text
            return
        parent = self._path[-1] if self._path else ""
        quantity = "heart_rate" if (parent, name) == ("HeartRateBpm", "Value") else _QUANTITIES.get(name)
        if quantity is not None and self._point is not None and (value := finite(text)) is not None:
            self._point[quantity] = value

    def _take_figure(self, activity: TcxActivity, name: str) -> None:
        parent = self._path[-1] if self._path else ""
        if name == "Name" and parent == "Creator":
            activity.device = " ".join(self._said().split())[:200] or None
        elif activity.laps and "Lap" in self._path:
            figure = parent if name == "Value" else name
            if (name in _LAP_FIGURES or parent.endswith("HeartRateBpm")) and (
                value := finite(self._said())
            ) is not None:
                activity.laps[-1].figures[figure] = value

    def _end_point(self) -> None:
        self.report.records_read += 1
        point, self._point = self._point, None
        when = parse_instant(self._time) if self._time else None
        if when is None:
            self.report.skip("bad_date" if self._time else "no_time", "Trackpoint")
        elif self._activity is None:
            self.report.skip("not_an_activity", "Trackpoint")
        elif self._activity.points.is_full:
            self.report.skip("too_many_points", "Trackpoint")
        else:
            ms, offset = when
            if self._activity.offset_minutes is None:
                self._activity.offset_minutes = offset
            self._activity.points.add(ms, point or {})
            self.report.records_kept += 1

    def _end_activity(self) -> None:
        if self._activity is not None:
            self.activities.append(self._activity)
        self._activity = None

    def _said(self) -> str:
        return "".join(self._text).strip()[:_LONGEST_TEXT]

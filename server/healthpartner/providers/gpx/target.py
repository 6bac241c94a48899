"""Receives the elements of a GPX file, and gathers the points of each track."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from healthpartner.providers.contract import ImportReport
from healthpartner.providers.instants import parse_instant
from healthpartner.providers.numbers import finite
from healthpartner.providers.tracks.points import Points
from healthpartner.providers.xml_streams import local_name, meant

_LONGEST_TEXT = 300
# What extensions of Garmin, Cluetrust, Strava and Apple call them.
_QUANTITIES = {
    "ele": "altitude",
    "hr": "heart_rate",
    "heartrate": "heart_rate",
    "cad": "cadence",
    "cadence": "cadence",
    "power": "power",
    "PowerInWatts": "power",
    "speed": "speed",
    "atemp": "temperature",
    "temp": "temperature",
}
_NOT_TRACKS = {"wpt": "waypoint", "rtept": "route_point"}


@dataclass(slots=True)
class GpxTrack:
    """`offset_minutes` is that of the first point that has one."""

    name: str | None = None
    kind: str | None = None
    offset_minutes: int | None = None
    points: Points = field(default_factory=Points)


class GpxTarget:
    """`tracks` are the complete ones; take them away as they come, they are not needed here again."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report
        self.is_ours = False
        self.creator: str | None = None
        self.tracks: deque[GpxTrack] = deque()
        self._track: GpxTrack | None = None
        self._path: list[str] = []
        self._text: list[str] = []
        self._point: dict[str, float] | None = None
        self._time: str | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local_name(tag)
        self._path.append(name)
        self._text.clear()
        if name == "trkpt":
            self._point, self._time = _position(attributes), None
        elif name == "trk":
            self._track = GpxTrack()
        elif name in _NOT_TRACKS:
            self.report.records_read += 1
            self.report.skip("not_a_track", _NOT_TRACKS[name])
        elif name == "gpx" and len(self._path) == 1:
            self.is_ours = True
            self.creator = " ".join(meant(attributes.get("creator", "")).split())[:200] or None

    def data(self, text: str) -> None:
        if len(self._text) < _LONGEST_TEXT:
            self._text.append(text)

    def end(self, _: str) -> None:
        name = self._path.pop()
        if name == "trkpt":
            self._end_point()
        elif name == "trk":
            self._end_track()
        elif self._point is not None:
            self._take_quantity(name)
        elif self._track is not None and self._path[-1:] == ["trk"]:
            self._take_description(name)

    def close(self) -> None:
        """The parser calls this at the end and after an error."""

    def finish(self) -> None:
        """Where the file breaks off, what was read of a track is a track."""
        self._end_track()

    def _take_quantity(self, name: str) -> None:
        text = self._said()
        if name == "time":
            self._time = text
        elif name in _QUANTITIES and self._point is not None and (value := finite(text)) is not None:
            self._point[_QUANTITIES[name]] = value

    def _take_description(self, name: str) -> None:
        if self._track is not None and name == "name":
            self._track.name = self._said() or None
        elif self._track is not None and name == "type":
            self._track.kind = self._said() or None

    def _end_point(self) -> None:
        self.report.records_read += 1
        point, self._point = self._point, None
        when = parse_instant(self._time) if self._time else None
        if when is None:
            self.report.skip("bad_date" if self._time else "no_time", "trkpt")
        elif self._track is None or self._track.points.is_full:
            self.report.skip("too_many_points", "trkpt")
        else:
            ms, offset = when
            if self._track.offset_minutes is None:
                self._track.offset_minutes = offset
            self._track.points.add(ms, point or {})
            self.report.records_kept += 1

    def _end_track(self) -> None:
        if self._track is not None and len(self._track.points):
            self.tracks.append(self._track)
        self._track = None

    def _said(self) -> str:
        return "".join(self._text).strip()[:_LONGEST_TEXT]


def _position(attributes: Mapping[str, str]) -> dict[str, float]:
    found = {"latitude": finite(attributes.get("lat", "")), "longitude": finite(attributes.get("lon", ""))}
    return {name: value for name, value in found.items() if value is not None}

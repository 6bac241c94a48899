"""Reads a GPX file: each of its tracks is a workout."""

from collections.abc import Iterator
from pathlib import Path

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sports import OTHER, SPORTS, sport_of
from healthpartner.canonical.workouts import Workout, WorkoutFigures
from healthpartner.providers.contract import Chunk, ImportReport, Limits, OnProgress
from healthpartner.providers.gpx.manifest import SLUG
from healthpartner.providers.gpx.target import GpxTarget, GpxTrack
from healthpartner.providers.tracks.chunks import chunks_of, workout_chunk
from healthpartner.providers.tracks.figures import completed
from healthpartner.providers.tracks.xml_file import read_tracks


def read_gpx(path: Path, *, limits: Limits | None = None, on_progress: OnProgress | None = None) -> "GpxReader":
    """Iterating it raises ImportRefused for a file that is no GPX."""
    return GpxReader(path, limits or Limits(), on_progress)


class GpxReader:
    """Iterates once; `report` is complete after that."""

    def __init__(self, path: Path, limits: Limits, on_progress: OnProgress | None) -> None:
        self.report = ImportReport()
        self._path = path
        self._limits = limits
        self._on_progress = on_progress

    def __iter__(self) -> Iterator[Chunk]:
        target = GpxTarget(self.report)
        for _ in read_tracks(self._path, self._limits, target, self.report, self._on_progress):
            while target.tracks:
                yield from self._chunks(target.tracks.popleft(), target.creator)

    def _chunks(self, found: GpxTrack, creator: str | None) -> Iterator[Chunk]:
        source, track, sport = SampleSource(SLUG, creator), found.points.by_time(), _sport(found.kind)
        yield from chunks_of(source, track, sport, found.offset_minutes, self.report)
        workout = Workout(
            int(track.time_ms[0]),
            int(track.time_ms[-1]),
            sport,
            found.kind,
            found.offset_minutes,
            title=found.name,
            figures=completed(WorkoutFigures(), track),
            route=track.route(),
        )
        yield workout_chunk(source, workout, self.report, records=0)


def _sport(kind: str | None) -> str:
    """Garmin and Strava write their own names; others people's words."""
    if kind is None:
        return OTHER
    if (slug := kind.lower().replace(" ", "_")) in SPORTS:
        return slug
    known = [sport_of("garmin", kind), sport_of("strava", kind), sport_of("tcx", kind)]
    return next((sport for sport in known if sport != OTHER), OTHER)

"""Reads a TCX file: each of its activities is a workout with laps."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sports import sport_of
from healthpartner.canonical.workouts import Segment, Workout, WorkoutFigures
from healthpartner.providers.contract import Chunk, ImportReport, Limits, OnProgress
from healthpartner.providers.instants import parse_instant
from healthpartner.providers.tcx.manifest import SLUG
from healthpartner.providers.tcx.target import TcxActivity, TcxLap, TcxTarget
from healthpartner.providers.tracks.chunks import chunks_of, workout_chunk
from healthpartner.providers.tracks.figures import completed
from healthpartner.providers.tracks.points import Track
from healthpartner.providers.tracks.samples import is_on_foot
from healthpartner.providers.tracks.xml_file import read_tracks

_A_DAY_S = 86_400.0


def read_tcx(path: Path, *, limits: Limits | None = None, on_progress: OnProgress | None = None) -> "TcxReader":
    """Iterating it raises ImportRefused for a file that is no TCX."""
    return TcxReader(path, limits or Limits(), on_progress)


class TcxReader:
    """Iterates once; `report` is complete after that."""

    def __init__(self, path: Path, limits: Limits, on_progress: OnProgress | None) -> None:
        self.report = ImportReport()
        self._path = path
        self._limits = limits
        self._on_progress = on_progress

    def __iter__(self) -> Iterator[Chunk]:
        target = TcxTarget(self.report)
        for _ in read_tracks(self._path, self._limits, target, self.report, self._on_progress):
            while target.activities:
                yield from self._chunks(target.activities.popleft())

    def _chunks(self, found: TcxActivity) -> Iterator[Chunk]:
        self.report.records_read += 1
        source, sport = SampleSource(SLUG, found.device), sport_of("tcx", found.sport)
        track = found.points.by_time()
        if is_on_foot(sport):
            # One foot's steps are written, both are meant.
            track = track.scaled("cadence", 2.0)
        segments = tuple(_segments(found.laps, track))
        bounds = _bounds(segments, track)
        if bounds is None:
            self.report.skip("empty_activity", found.sport)
            return
        yield from chunks_of(source, track, sport, found.offset_minutes, self.report)
        workout = Workout(
            *bounds,
            sport,
            found.sport,
            found.offset_minutes,
            figures=completed(_total(found.laps), track),
            segments=segments if len(segments) > 1 else (),
            route=track.route(),
        )
        yield workout_chunk(source, workout, self.report, records=1)


def _bounds(segments: Sequence[Segment], track: Track) -> tuple[int, int] | None:
    starts = [segment.start_ms for segment in segments] + track.time_ms[:1].tolist()
    ends = [segment.end_ms for segment in segments] + track.time_ms[-1:].tolist()
    return (min(starts), max(ends)) if starts else None


def _segments(laps: Sequence[TcxLap], track: Track) -> Iterator[Segment]:
    """A lap goes to where the next one begins; the last one to the last point, or as long as it says."""
    starts = [(found[0], lap) for lap in laps if (found := parse_instant(lap.start)) is not None]
    starts.sort(key=lambda start: start[0])
    for at, (start, lap) in enumerate(starts):
        seconds = min(lap.figures.get("TotalTimeSeconds", 0.0), _A_DAY_S)
        end = max(start, start + round(seconds * 1000))
        if at + 1 < len(starts):
            end = min(max(end, start), starts[at + 1][0])
        elif len(track):
            end = max(end, int(track.time_ms[-1]))
        yield Segment("lap", start, end, figures=completed(_figures(lap), track.between(start, end)))


def _figures(lap: TcxLap) -> WorkoutFigures:
    get = lap.figures.get
    return WorkoutFigures(
        distance_meters=get("DistanceMeters"),
        total_calories=get("Calories"),
        active_seconds=get("TotalTimeSeconds"),
        heart_rate_mean=get("AverageHeartRateBpm"),
        heart_rate_max=get("MaximumHeartRateBpm"),
        average_power_watts=get("AvgWatts"),
        max_speed=get("MaximumSpeed"),
        steps=get("Steps"),
    )


def _total(laps: Sequence[TcxLap]) -> WorkoutFigures:
    """Sums and maxima of the laps; means come from the points."""
    return WorkoutFigures(
        distance_meters=_sum(laps, "DistanceMeters"),
        total_calories=_sum(laps, "Calories"),
        active_seconds=_sum(laps, "TotalTimeSeconds"),
        heart_rate_mean=laps[0].figures.get("AverageHeartRateBpm") if len(laps) == 1 else None,
        heart_rate_max=max((lap.figures.get("MaximumHeartRateBpm", 0.0) for lap in laps), default=0.0) or None,
        max_speed=max((lap.figures.get("MaximumSpeed", 0.0) for lap in laps), default=0.0) or None,
        steps=_sum(laps, "Steps"),
    )


def _sum(laps: Sequence[TcxLap], name: str) -> float | None:
    known = [lap.figures[name] for lap in laps if name in lap.figures]
    return sum(known) if known else None

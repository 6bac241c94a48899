"""A workout and its track as chunks of one source."""

from collections.abc import Iterator

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.workouts import Workout
from healthpartner.providers.contract import Chunk, ImportReport, SampleChunk, WorkoutChunk
from healthpartner.providers.tracks.points import Track
from healthpartner.providers.tracks.samples import batches


def chunks_of(
    source: SampleSource, track: Track, sport: str, offset_minutes: int | None, report: ImportReport
) -> Iterator[SampleChunk]:
    """The track's samples. Its points are counted by whoever read them."""
    for batch in batches(track, sport, offset_minutes, report):
        chunk = SampleChunk(source, batch)
        report.keep(chunk, records=0)
        yield chunk


def workout_chunk(source: SampleSource, workout: Workout, report: ImportReport, *, records: int) -> Chunk:
    chunk = WorkoutChunk(source, [workout])
    report.keep(chunk, records=records)
    return chunk

"""What import readers make of files: chunks by kind, and whether a report adds up."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from healthpartner.canonical.samples import SampleBatch, concat
from healthpartner.canonical.sleep import SleepSession
from healthpartner.canonical.workouts import Workout
from healthpartner.providers.contract import Chunk, ImportReader, ImportReport, SampleChunk, SleepChunk, WorkoutChunk

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples" / "wearables"


def read_all(reader: ImportReader) -> tuple[list[Chunk], ImportReport]:
    chunks = list(reader)
    return chunks, reader.report


def is_balanced(report: ImportReport) -> bool:
    return report.records_read == report.records_kept + report.records_merged + sum(report.skipped.values())


def samples_by_metric(chunks: Iterable[Chunk]) -> dict[str, SampleBatch]:
    found: dict[str, list[SampleBatch]] = {}
    for chunk in chunks:
        if isinstance(chunk, SampleChunk):
            found.setdefault(chunk.batch.metric.slug, []).append(chunk.batch)
    return {slug: concat(batches) for slug, batches in found.items()}


def sleep_of(chunks: Iterable[Chunk]) -> list[SleepSession]:
    return [session for chunk in chunks if isinstance(chunk, SleepChunk) for session in chunk.sessions]


def workouts_of(chunks: Iterable[Chunk]) -> list[Workout]:
    return [workout for chunk in chunks if isinstance(chunk, WorkoutChunk) for workout in chunk.workouts]


def cuts(content: bytes, count: int = 60) -> Sequence[bytes]:
    """The content cut off at places spread over all of it."""
    return [content[: at * len(content) // count] for at in range(count)]

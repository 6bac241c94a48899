"""Reads one file and writes what it holds to standard output: a process, so that reading and storing take a core each,
and so that what a hostile file does to a parser stays in here.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.samples import SampleBatch, SampleSource, concat
from healthpartner.canonical.sleep import SleepSession
from healthpartner.canonical.workouts import Workout
from healthpartner.domains.ingestion.formats import FORMATS, format_of
from healthpartner.domains.ingestion.wire import Frame, Group, Refused, encoded, to_ended, to_part
from healthpartner.providers.contract import (
    Chunk,
    DailyTotalChunk,
    ImportRefused,
    Progress,
    SampleChunk,
    SleepChunk,
    WorkoutChunk,
)

# A group is one transaction: large enough that days are rarely merged twice, small enough that a worker has memory for it.
GROUP_SAMPLES = 25_000


def frames(path: Path, format_name: str | None, group_samples: int = GROUP_SAMPLES) -> Iterator[Frame]:
    """Groups of samples, then the report or the refusal."""
    latest = Progress(0, 0, 0)

    def note(progress: Progress) -> None:
        nonlocal latest
        latest = progress

    try:
        kind = format_of(path, next((name for name in FORMATS if name == format_name), None))
        reader = kind.open(path, on_progress=note)
        for chunks in _grouped(iter(reader), group_samples):
            progress = (latest.bytes_read, latest.bytes_total, latest.records_read)
            yield Group([to_part(chunk) for chunk in joined(chunks)], progress)
        yield to_ended(kind.name, reader.report)
    except ImportRefused as refused:
        yield Refused(refused.reason, refused.message)


def _grouped(chunks: Iterator[Chunk], group_samples: int) -> Iterator[list[Chunk]]:
    group: list[Chunk] = []
    weight = 0
    for chunk in chunks:
        group.append(chunk)
        weight += _weight(chunk)
        if weight >= group_samples:
            yield group
            group, weight = [], 0
    if group:
        yield group


def joined(chunks: Sequence[Chunk]) -> list[Chunk]:
    """What is of one source and kind goes to the store together: a chunk of a day is written once, not in pieces."""
    batches: dict[tuple[SampleSource, int], list[SampleBatch]] = {}
    nights: dict[SampleSource, list[SleepSession]] = {}
    workouts: dict[SampleSource, list[Workout]] = {}
    totals: dict[SampleSource, list[DailyTotal]] = {}
    for chunk in chunks:
        match chunk:
            case SampleChunk(source, batch):
                batches.setdefault((source, batch.metric.code), []).append(batch)
            case SleepChunk(source, sessions):
                nights.setdefault(source, []).extend(sessions)
            case WorkoutChunk(source, of_one):
                workouts.setdefault(source, []).extend(of_one)
            case DailyTotalChunk(source, of_days):
                totals.setdefault(source, []).extend(of_days)
    return [
        *(
            SampleChunk(source, several[0] if len(several) == 1 else concat(several))
            for (source, _), several in batches.items()
        ),
        *(DailyTotalChunk(source, each) for source, each in totals.items()),
        *(SleepChunk(source, each) for source, each in nights.items()),
        *(WorkoutChunk(source, each) for source, each in workouts.items()),
    ]


def _weight(chunk: Chunk) -> int:
    """About as many samples take the same memory."""
    match chunk:
        case SleepChunk(_, sessions):
            return sum(10 + len(session.stages) for session in sessions)
        case WorkoutChunk(_, workouts):
            return sum(20 + len(each.segments) + (0 if each.route is None else len(each.route)) for each in workouts)
    return len(chunk)


def main(format_name: str, group_samples: str) -> None:
    """Waits for the path of the file on standard input, which ends without one when there is none."""
    path = sys.stdin.readline().removesuffix("\n")
    for frame in frames(Path(path), format_name, int(group_samples)) if path else ():
        sys.stdout.buffer.write(encoded(frame))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

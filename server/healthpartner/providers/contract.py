"""What an import reader is: a file of a vendor's format in, canonical data in chunks out, and an honest account.

A reader is an iterator of chunks, each of one kind and source, that needs the same memory for any size of file. Its
report is complete once the iteration has ended.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.instants import day_of
from healthpartner.canonical.samples import DAY_MS, SampleBatch, SampleSource
from healthpartner.canonical.sleep import SleepSession
from healthpartner.canonical.workouts import Workout
from healthpartner.core.errors import Detail, ValidationFailed

MAX_REASONS = 500
MAX_SOURCES = 500

# Why a reading of blood pressure is skipped, in every reader.
DIASTOLIC_ABOVE_SYSTOLIC = "diastolic_above_systolic"


class ImportRefused(ValidationFailed):
    """The file cannot be imported."""

    def __init__(self, reason: str, message: str) -> None:
        """`reason` is a stable code such as `not_an_archive`; the message holds nothing from inside the file."""
        super().__init__(message, details=(Detail("file", reason, message),))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a reader takes before it refuses: sizes in bytes after decompression."""

    max_bytes: int = 16 * 1024**3
    max_ratio: int = 200
    ratio_applies_after_bytes: int = 64 * 1024**2
    max_members: int = 20_000
    max_directory_bytes: int = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Progress:
    """`bytes_total` is what the file announces; it may be wrong."""

    bytes_read: int
    bytes_total: int
    records_read: int


@dataclass(frozen=True, slots=True)
class Break:
    """Where a damaged file stopped making sense; the line is known when it is the text that is wrong."""

    reason: str
    after_bytes: int
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SampleChunk:
    source: SampleSource
    batch: SampleBatch

    def __len__(self) -> int:
        return len(self.batch)

    def span_ms(self) -> tuple[int, int]:
        """The first and the last start."""
        return int(self.batch.start_ms.min()), int(self.batch.start_ms.max())


@dataclass(frozen=True, slots=True)
class SleepChunk:
    source: SampleSource
    sessions: list[SleepSession]

    def __len__(self) -> int:
        return len(self.sessions)

    def span_ms(self) -> tuple[int, int]:
        return min(each.start_ms for each in self.sessions), max(each.start_ms for each in self.sessions)


@dataclass(frozen=True, slots=True)
class WorkoutChunk:
    source: SampleSource
    workouts: list[Workout]

    def __len__(self) -> int:
        return len(self.workouts)

    def span_ms(self) -> tuple[int, int]:
        return min(each.start_ms for each in self.workouts), max(each.start_ms for each in self.workouts)


@dataclass(frozen=True, slots=True)
class DailyTotalChunk:
    source: SampleSource
    totals: list[DailyTotal]

    def __len__(self) -> int:
        return len(self.totals)

    def span_ms(self) -> tuple[int, int]:
        """The first and the last day, as if they began at midnight UTC."""
        days = [day_of(total.day) * DAY_MS for total in self.totals]
        return min(days), max(days)


Chunk = SampleChunk | SleepChunk | WorkoutChunk | DailyTotalChunk
"""Never empty."""


@dataclass(slots=True)
class ImportReport:
    """Every entry of the file is accounted for: read = kept + merged + the sum of skipped.

    `records_kept` counts entries of the file, the counts below it what was made of them: an entry may hold several
    samples, and a night is made of many. `records_merged` counts entries that became part of another one, or repeat
    it. `skipped` counts by `reason:detail`, such as `unsupported_type:HKQuantityTypeIdentifierNew`. `out_of_range`
    counts implausible values, by metric, of entries that were kept for their others.
    """

    records_read: int = 0
    records_kept: int = 0
    records_merged: int = 0
    samples_kept: int = 0
    sleep_sessions_kept: int = 0
    workouts_kept: int = 0
    daily_totals_kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    out_of_range: Counter[str] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    first_ms: int | None = None
    last_ms: int | None = None
    broken: Break | None = None

    def skip(self, reason: str, detail: str, count: int = 1) -> None:
        """A hostile file invents names without end, so beyond `MAX_REASONS` they share one line per reason."""
        if not count:
            return
        key = f"{reason}:{detail[:120]}"
        if key not in self.skipped and len(self.skipped) >= MAX_REASONS:
            key = f"{reason}:other"
        self.skipped[key] += count

    def keep(self, chunk: Chunk, records: int | None = None) -> None:
        """Counts a chunk in; `records` says how many entries of the file it is where they are not one each."""
        self.records_kept += len(chunk) if records is None else records
        match chunk:
            case SampleChunk():
                self.samples_kept += len(chunk)
            case SleepChunk():
                self.sleep_sessions_kept += len(chunk)
            case WorkoutChunk():
                self.workouts_kept += len(chunk)
            case DailyTotalChunk():
                self.daily_totals_kept += len(chunk)
        low, high = chunk.span_ms()
        self.first_ms = low if self.first_ms is None else min(low, self.first_ms)
        self.last_ms = high if self.last_ms is None else max(high, self.last_ms)
        if chunk.source.device and len(self.sources) < MAX_SOURCES:
            self.sources.add(chunk.source.device)


OnProgress = Callable[[Progress], None]


class ImportReader(Protocol):
    """Iterating may raise ImportRefused midway; what came before was sound, whether to keep it is the caller's choice."""

    report: ImportReport

    def __iter__(self) -> Iterator[Chunk]: ...


class OpenImport(Protocol):
    """The entry point of an import format."""

    def __call__(self, path: Path, *, limits: Limits = ..., on_progress: OnProgress | None = ...) -> ImportReader: ...

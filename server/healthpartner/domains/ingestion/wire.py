"""What the reader's process says to the worker: length-prefixed frames of groups of chunks, then how it ended.

Arrays travel as their bytes, which both sides read with one byte order, their own.
"""

from typing import Any, get_args

import numpy as np
from msgspec import Struct, msgpack

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.samples import Float64s, Int16s, Int64s, SampleBatch, SampleSource
from healthpartner.canonical.sleep import SleepSession
from healthpartner.canonical.workouts import Workout
from healthpartner.providers.contract import (
    Break,
    Chunk,
    DailyTotalChunk,
    ImportReport,
    Progress,
    SampleChunk,
    SleepChunk,
    WorkoutChunk,
)

LENGTH_BYTES = 4


class Columns(Struct, frozen=True, array_like=True, tag="samples"):
    """A chunk of samples, by the code of its metric."""

    metric: int
    provider: str
    device: str | None
    start_ms: Int64s
    duration_ms: Int64s
    value: Float64s
    second: Float64s | None
    offset_minutes: Int16s
    unit: Int16s | None = None


class Sleep(Struct, frozen=True, array_like=True, tag="sleep"):
    provider: str
    device: str | None
    sessions: list[SleepSession]


class Workouts(Struct, frozen=True, array_like=True, tag="workouts"):
    provider: str
    device: str | None
    workouts: list[Workout]


class DailyTotals(Struct, frozen=True, array_like=True, tag="daily_totals"):
    provider: str
    device: str | None
    totals: list[DailyTotal]


Part = Columns | Sleep | Workouts | DailyTotals


class Group(Struct, frozen=True, tag="group", array_like=True):
    parts: list[Part]
    progress: tuple[int, int, int]


class Ended(Struct, frozen=True, tag="ended", array_like=True):
    """The whole report of a file of a format, and where it broke off."""

    format: str
    counts: tuple[int, int, int, int, int, int, int]
    skipped: dict[str, int]
    out_of_range: dict[str, int]
    sources: list[str]
    first_ms: int | None
    last_ms: int | None
    broken: tuple[str, int, int | None] | None


class Refused(Struct, frozen=True, tag="refused", array_like=True):
    reason: str
    message: str


Frame = Group | Ended | Refused


def encoded(frame: Frame) -> bytes:
    body = msgpack.encode(frame, enc_hook=_to_bytes)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def decoded(body: bytes) -> Frame:
    return _decoder.decode(body)


def to_part(chunk: Chunk) -> Part:
    provider, device = chunk.source.provider, chunk.source.device
    match chunk:
        case SleepChunk(_, sessions):
            return Sleep(provider, device, sessions)
        case WorkoutChunk(_, workouts):
            return Workouts(provider, device, workouts)
        case DailyTotalChunk(_, totals):
            return DailyTotals(provider, device, totals)
        case SampleChunk(_, batch):
            columns = (batch.start_ms, batch.duration_ms, batch.value, batch.second, batch.offset_minutes, batch.unit)
            return Columns(batch.metric.code, provider, device, *columns)


def to_chunk(part: Part) -> Chunk:
    source = SampleSource(part.provider, part.device)
    match part:
        case Sleep():
            return SleepChunk(source, part.sessions)
        case Workouts():
            return WorkoutChunk(source, part.workouts)
        case DailyTotals():
            return DailyTotalChunk(source, part.totals)
        case Columns():
            metric = METRICS_BY_CODE[part.metric]
            columns = (part.start_ms, part.duration_ms, part.value, part.second, part.offset_minutes, part.unit)
            return SampleChunk(source, SampleBatch(metric, *columns))


def _to_bytes(column: Any) -> bytes:
    if not isinstance(column, np.ndarray):
        raise NotImplementedError
    return column.tobytes()


def _from_bytes(wanted: Any, data: Any) -> Any:
    """`wanted` is an array type such as `Int64s`, which names its numbers."""
    _, kind = get_args(wanted)
    return np.frombuffer(data, get_args(kind)[0])


_decoder: msgpack.Decoder[Frame] = msgpack.Decoder(Frame, dec_hook=_from_bytes)


def to_ended(format_name: str, report: ImportReport) -> Ended:
    broken = report.broken
    return Ended(
        format_name,
        (
            report.records_read,
            report.records_kept,
            report.records_merged,
            report.samples_kept,
            report.sleep_sessions_kept,
            report.workouts_kept,
            report.daily_totals_kept,
        ),
        dict(report.skipped),
        {slug: count for slug, count in report.out_of_range.items() if count},
        sorted(report.sources),
        report.first_ms,
        report.last_ms,
        (broken.reason, broken.after_bytes, broken.line) if broken else None,
    )


def to_report(ended: Ended) -> ImportReport:
    report = ImportReport(*ended.counts)
    report.skipped.update(ended.skipped)
    report.out_of_range.update(ended.out_of_range)
    report.sources.update(ended.sources)
    report.first_ms, report.last_ms = ended.first_ms, ended.last_ms
    report.broken = Break(*ended.broken) if ended.broken else None
    return report


def to_progress(group: Group) -> Progress:
    return Progress(*group.progress)

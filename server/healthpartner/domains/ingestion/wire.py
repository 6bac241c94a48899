"""What the reader's process says to the worker: length-prefixed frames of groups of samples, then how it ended."""

import numpy as np
from msgspec import Struct, msgpack

from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.samples import SampleBatch, SampleSource
from healthpartner.providers.contract import Break, ImportReport, Progress, SampleChunk

LENGTH_BYTES = 4


class Columns(Struct, frozen=True, array_like=True):
    """A chunk; the columns are the bytes of the arrays, which both sides read with one byte order, their own."""

    metric: int
    provider: str
    device: str | None
    start_ms: bytes
    duration_ms: bytes
    value: bytes
    second: bytes | None
    offset_minutes: bytes


class Group(Struct, frozen=True, tag="group", array_like=True):
    chunks: list[Columns]
    progress: tuple[int, int, int]


class Ended(Struct, frozen=True, tag="ended", array_like=True):
    """The whole report, and where the file broke off."""

    counts: tuple[int, int, int]
    skipped: dict[str, int]
    sources: list[str]
    first_ms: int | None
    last_ms: int | None
    broken: tuple[str, int, int | None] | None


class Refused(Struct, frozen=True, tag="refused", array_like=True):
    reason: str
    message: str


Frame = Group | Ended | Refused

_decoder: msgpack.Decoder[Frame] = msgpack.Decoder(Frame)


def encoded(frame: Frame) -> bytes:
    body = msgpack.encode(frame)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def decoded(body: bytes) -> Frame:
    return _decoder.decode(body)


def to_columns(chunk: SampleChunk) -> Columns:
    batch = chunk.batch
    return Columns(
        batch.metric.code,
        chunk.source.provider,
        chunk.source.device,
        batch.start_ms.astype(np.int64).tobytes(),
        batch.duration_ms.astype(np.int64).tobytes(),
        batch.value.astype(np.float64).tobytes(),
        None if batch.second is None else batch.second.astype(np.float64).tobytes(),
        batch.offset_minutes.astype(np.int16).tobytes(),
    )


def to_chunk(columns: Columns) -> SampleChunk:
    batch = SampleBatch(
        METRICS_BY_CODE[columns.metric],
        np.frombuffer(columns.start_ms, np.int64),
        np.frombuffer(columns.duration_ms, np.int64),
        np.frombuffer(columns.value, np.float64),
        None if columns.second is None else np.frombuffer(columns.second, np.float64),
        np.frombuffer(columns.offset_minutes, np.int16),
    )
    return SampleChunk(SampleSource(columns.provider, columns.device), batch)


def to_ended(report: ImportReport) -> Ended:
    broken = report.broken
    return Ended(
        (report.records_read, report.samples_kept, report.records_merged),
        dict(report.skipped),
        sorted(report.sources),
        report.first_ms,
        report.last_ms,
        (broken.reason, broken.after_bytes, broken.line) if broken else None,
    )


def to_report(ended: Ended) -> ImportReport:
    report = ImportReport(*ended.counts)
    report.skipped.update(ended.skipped)
    report.sources.update(ended.sources)
    report.first_ms, report.last_ms = ended.first_ms, ended.last_ms
    report.broken = Break(*ended.broken) if ended.broken else None
    return report


def to_progress(group: Group) -> Progress:
    return Progress(*group.progress)

"""Small exports for these tests: text in, what the reader makes of it out."""

from __future__ import annotations

from pathlib import Path

from healthpartner.canonical.samples import SampleBatch
from healthpartner.providers.apple_health.export_reader import read_export
from healthpartner.providers.contract import Chunk, ImportReader, ImportReport, SampleChunk
from tests.support.apple_health import HEAD, TAIL, record

EXPORTED = "2026-06-01 12:00:00 -0700"
MOMENT = "2018-09-10 02:28:55 -0700"
MOMENT_MS = 1_536_571_735_000
QUANTITY = "HKQuantityTypeIdentifier"
SAMPLES = Path(__file__).resolve().parents[5] / "shared" / "samples" / "wearables" / "apple_health"


def quantity(
    kind: str, value: object, unit: str, start: str = MOMENT, end: str | None = None, source: str = "W"
) -> str:
    return record(QUANTITY + kind, source, start, end or start, value, unit)


def export_of(*entries: str) -> str:
    return HEAD.format(exported=EXPORTED) + "".join(entries) + TAIL


def read_text(folder: Path, text: str | bytes) -> tuple[list[SampleChunk], ImportReport]:
    chunks, report = read_any(folder, text)
    return [chunk for chunk in chunks if isinstance(chunk, SampleChunk)], report


def read_any(folder: Path, text: str | bytes) -> tuple[list[Chunk], ImportReport]:
    path = folder / "export.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_all(read_export(path))


def read_all(reader: ImportReader) -> tuple[list[Chunk], ImportReport]:
    chunks = list(reader)
    return chunks, reader.report


def only_batch(folder: Path, *entries: str) -> SampleBatch:
    chunks, _ = read_text(folder, export_of(*entries))
    assert len(chunks) == 1
    return chunks[0].batch


def is_balanced(report: ImportReport) -> bool:
    return report.records_read == report.records_kept + report.records_merged + sum(report.skipped.values())

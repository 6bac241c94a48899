"""Reads an Apple Health export into sample chunks, in memory that does not grow with the file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]

from healthpartner.core.clock import Clock, SystemClock
from healthpartner.providers.apple_health.archive import BLOCK_BYTES, ExportStream, StreamBroken, open_export
from healthpartner.providers.apple_health.export_target import ExportTarget
from healthpartner.providers.apple_health.prolog import without_controls, without_doctype
from healthpartner.providers.contract import (
    Break,
    ImportRefused,
    ImportReport,
    Limits,
    OnProgress,
    Progress,
    SampleChunk,
)

BUFFERED_RECORDS = 50_000
# A record is a few hundred bytes; this bounds the memory of one with a megabyte of text in it.
BUFFERED_BYTES = 32 * 1024**2
PROLOG_BYTES = BLOCK_BYTES // 2


def read_export(
    path: Path, *, limits: Limits | None = None, on_progress: OnProgress | None = None, clock: Clock | None = None
) -> "AppleHealthReader":
    """A reader of `export.zip` or `export.xml`. Iterating it raises ImportRefused for a file that is no export.

    A file that breaks off after its first records gives what was sound, and says so in `report.broken`.
    Samples later than a day after the export are skipped; `clock` stands in for an export without a date.
    """
    latest = (clock or SystemClock()).now() + timedelta(days=1)
    return AppleHealthReader(path, limits or Limits(), on_progress, latest)


class AppleHealthReader:
    """Iterates once; `report` is complete after that."""

    def __init__(self, path: Path, limits: Limits, on_progress: OnProgress | None, latest: datetime) -> None:
        self.report = ImportReport()
        self._path = path
        self._limits = limits
        self._on_progress = on_progress
        self._bytes_read = 0
        self._target = ExportTarget(self.report, int(latest.timestamp() * 1000))
        self._parser = etree.XMLParser(
            target=self._target,
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
        )

    def __iter__(self) -> Iterator[SampleChunk]:
        with open_export(self._path, self._limits) as stream:
            try:
                yield from self._read(stream)
            except etree.XMLSyntaxError as error:
                self._break("xml_malformed", error.lineno)
            except StreamBroken as broken:
                self._break(broken.reason)
            yield from self._target.finish()

    def _read(self, stream: ExportStream) -> Iterator[SampleChunk]:
        drained_at = 0
        for block in stream.blocks():
            self._feed(block)
            if self._on_progress is not None:
                self._on_progress(Progress(self._bytes_read, stream.total_bytes, self.report.records_read))
            if self._target.buffered >= BUFFERED_RECORDS or self._bytes_read - drained_at >= BUFFERED_BYTES:
                drained_at = self._bytes_read
                yield from self._target.drain()
        self._parser.close()
        self._refuse_other_documents(is_certain=True)

    def _feed(self, block: bytes) -> None:
        text = block if self._bytes_read else _opened(block)
        self._bytes_read += len(block)
        self._parser.feed(without_controls(text))
        self._refuse_other_documents(is_certain=self._bytes_read >= PROLOG_BYTES)

    def _refuse_other_documents(self, *, is_certain: bool) -> None:
        """An export's root element stands in the first block, before anything that could be read."""
        if not self._target.is_export and (is_certain or self.report.records_read):
            raise ImportRefused("no_export_found", "The file is not an Apple Health export.")

    def _break(self, reason: str, line: int | None = None) -> None:
        if not self.report.records_read:
            raise ImportRefused(reason, "The export cannot be read: it is incomplete or damaged.") from None
        self.report.broken = Break(reason, self._bytes_read, line)


def _opened(block: bytes) -> bytes:
    if block.startswith(b"PK"):
        raise ImportRefused("nested_archive", "The archive holds another archive; send the inner one.")
    return without_doctype(block)

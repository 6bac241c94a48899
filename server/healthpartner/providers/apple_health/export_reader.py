"""Reads an Apple Health export into chunks, in memory that does not grow with the file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.workouts import Route, Workout
from healthpartner.core.clock import Clock, SystemClock
from healthpartner.providers.apple_health.archive import Export, open_export
from healthpartner.providers.apple_health.export_target import ExportTarget
from healthpartner.providers.apple_health.manifest import SLUG
from healthpartner.providers.apple_health.workouts import ReadWorkout
from healthpartner.providers.archives import BLOCK_BYTES, StreamBroken
from healthpartner.providers.contract import (
    Break,
    Chunk,
    ImportRefused,
    ImportReport,
    Limits,
    OnProgress,
    Progress,
    WorkoutChunk,
)
from healthpartner.providers.gpx.route import read_route
from healthpartner.providers.tracks.points import joined
from healthpartner.providers.xml_streams import MALFORMED, XmlStream

# Texts weigh several times what is made of them.
BUFFERED_RECORDS = 12_500
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
        self._target = ExportTarget(self.report, int(latest.timestamp() * 1000))
        self._xml = XmlStream(self._target, self._target.plain.cut)

    def __iter__(self) -> Iterator[Chunk]:
        with open_export(self._path, self._limits) as export:
            try:
                yield from self._read(export)
            except MALFORMED as error:
                self._break("xml_malformed", error.lineno)
            except StreamBroken as broken:
                self._break(broken.reason)
            yield from self._target.finish()
            yield from self._workouts(export)

    def _read(self, export: Export) -> Iterator[Chunk]:
        drained_at = 0
        for block in export.xml.blocks():
            self._feed(block)
            if self._on_progress is not None:
                self._on_progress(Progress(self._xml.bytes_read, export.xml.total_bytes, self.report.records_read))
            if self._target.buffered >= BUFFERED_RECORDS or self._xml.bytes_read - drained_at >= BUFFERED_BYTES:
                drained_at = self._xml.bytes_read
                yield from self._target.drain()
                yield from self._workouts(export)
        self._xml.close()
        self._refuse_other_documents(is_certain=True)

    def _feed(self, block: bytes) -> None:
        if not self._xml.bytes_read and block.startswith(b"PK"):
            raise ImportRefused("nested_archive", "The archive holds another archive; send the inner one.")
        self._xml.feed(block)
        self._refuse_other_documents(is_certain=self._xml.bytes_read >= PROLOG_BYTES)

    def _workouts(self, export: Export) -> Iterator[WorkoutChunk]:
        found, self._target.workouts.done = self._target.workouts.done, []
        for read in found:
            workout = self._with_route(export, read)
            chunk = WorkoutChunk(SampleSource(SLUG, read.device), [workout])
            self.report.keep(chunk)
            yield chunk

    def _with_route(self, export: Export, read: ReadWorkout) -> Workout:
        """A way that cannot be read does not take its workout with it."""
        routes, lost = [], 0
        for path in read.routes:
            found = _route(export, path)
            if isinstance(found, Route):
                routes.append(found)
            elif lost < read.route_records:
                lost += 1
                self.report.skip(found, "WorkoutRoute")
        self.report.records_merged += read.route_records - lost
        return replace(read.workout, route=joined(routes)) if routes else read.workout

    def _refuse_other_documents(self, *, is_certain: bool) -> None:
        """An export's root element stands in the first block, before anything that could be read."""
        if not self._target.is_export and (is_certain or self.report.records_read):
            raise ImportRefused("no_export_found", "The file is not an Apple Health export.")

    def _break(self, reason: str, line: int | None = None) -> None:
        if not self.report.records_read:
            raise ImportRefused(reason, "The export cannot be read: it is incomplete or damaged.") from None
        self.report.broken = Break(reason, self._xml.bytes_read, line)


def _route(export: Export, path: str) -> Route | str:
    """Or why there is none."""
    try:
        with export.route(path) as stream:
            if stream is None:
                return "route_missing"
            return read_route(stream) or "route_empty"
    except StreamBroken as broken:
        return f"route_{broken.reason}"

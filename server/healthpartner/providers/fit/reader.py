"""Reads FIT files, one or several behind each other in one file."""

import struct
from collections.abc import Iterator
from pathlib import Path

import fitdecode  # type: ignore[import-untyped]

from healthpartner.canonical.samples import SampleSource
from healthpartner.providers.contract import (
    Break,
    Chunk,
    ImportRefused,
    ImportReport,
    Limits,
    OnProgress,
    Progress,
)
from healthpartner.providers.fit import activity, monitoring, readings
from healthpartner.providers.fit.activity import ActivityMessages
from healthpartner.providers.fit.fields import text
from healthpartner.providers.fit.manifest import SLUG
from healthpartner.providers.fit.monitoring import MonitoringMessages
from healthpartner.providers.fit.readings import ReadingMessages

# A long activity is a few megabytes; reading takes about a minute for each ten.
MOST_BYTES = 256 * 1024**2
PROGRESS_EVERY = 2_000

# What fitdecode raises on damaged input, by experiment, beside its own errors.
_DAMAGE = (
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)


def read_fit(path: Path, *, limits: Limits | None = None, on_progress: OnProgress | None = None) -> "FitFileReader":
    """Iterating it raises ImportRefused for a file that is no FIT, or breaks before its first message."""
    return FitFileReader(path, limits or Limits(), on_progress)


class FitFileReader:
    """Iterates once; `report` is complete after that."""

    def __init__(self, path: Path, limits: Limits, on_progress: OnProgress | None) -> None:
        self.report = ImportReport()
        self._path = path
        self._limits = limits
        self._on_progress = on_progress

    def __iter__(self) -> Iterator[Chunk]:
        size = self._path.stat().st_size
        if not size:
            raise ImportRefused("file_truncated", "The FIT file is empty.")
        if size > min(MOST_BYTES, self._limits.max_bytes):
            raise ImportRefused("too_large", "The FIT file is larger than any device writes.")
        with self._path.open("rb") as file:
            one = _OneFile(self.report)
            for frame in self._frames(file, size):
                if frame.frame_type == fitdecode.FIT_FRAME_HEADER:
                    yield from one.finish()
                    one = _OneFile(self.report)
                elif frame.frame_type == fitdecode.FIT_FRAME_DATA:
                    one.take(frame)
        yield from one.finish()

    def _frames(self, file: object, size: int) -> Iterator[fitdecode.FitDataMessage]:
        """Until the end, or where the file breaks, which the report then says."""
        frames = iter(
            fitdecode.FitReader(
                file,
                check_crc=fitdecode.CrcCheck.RAISE,
                error_handling=fitdecode.ErrorHandling.IGNORE,
                keep_raw_chunks=False,
            )
        )
        while True:
            try:
                frame = next(frames)
            except StopIteration:
                return
            except (fitdecode.FitError, *_DAMAGE) as damage:
                self._break(_reason(damage), file.tell())  # type: ignore[attr-defined]
                return
            if self._on_progress is not None and self.report.records_read % PROGRESS_EVERY == 0:
                self._on_progress(Progress(file.tell(), size, self.report.records_read))  # type: ignore[attr-defined]
            yield frame

    def _break(self, reason: str, after_bytes: int) -> None:
        if not self.report.records_read:
            raise ImportRefused(reason, "The FIT file cannot be read: it is incomplete or damaged.") from None
        self.report.broken = Break(reason, after_bytes)


class _OneFile:
    """The messages of one FIT file, by what they tell of."""

    def __init__(self, report: ImportReport) -> None:
        self._report = report
        self._device: str | None = None
        self._activity = ActivityMessages(report)
        self._monitoring = MonitoringMessages(report)
        self._readings = ReadingMessages(report)

    def take(self, message: fitdecode.FitDataMessage) -> None:
        self._report.records_read += 1
        name = message.name
        if name in activity.MESSAGES:
            self._activity.take(message)
        elif name in monitoring.MESSAGES:
            self._monitoring.take(message)
        elif name in readings.MESSAGES:
            self._readings.take(message)
        else:
            self._pass_over(message)

    def finish(self) -> Iterator[Chunk]:
        source = SampleSource(SLUG, self._device)
        yield from self._activity.finish(source)
        yield from self._monitoring.finish(source)
        yield from self._readings.finish(source, self._monitoring.offset_minutes)

    def _pass_over(self, message: fitdecode.FitDataMessage) -> None:
        if message.name == "file_id":
            self._device = _device(message)
        if message.name == "field_description":
            self._report.skip("developer_field", text(message, "field_name") or "unnamed")
        elif message.name.startswith("unknown_"):
            self._report.skip("unknown_message", message.name)
        else:
            self._report.skip("not_a_sample", message.name)


def _device(message: fitdecode.FitDataMessage) -> str | None:
    known = [text(message, name) for name in ("manufacturer", "product_name", "garmin_product")]
    return " ".join(name.replace("_", " ") for name in known if name) or None


def _reason(damage: Exception) -> str:
    match damage:
        case fitdecode.FitEOFError():
            return "file_truncated"
        case fitdecode.FitCRCError():
            return "checksum_mismatch"
        case fitdecode.FitHeaderError():
            return "not_a_fit_file"
    return "fit_malformed"

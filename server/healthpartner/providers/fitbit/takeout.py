"""Reads Google Takeout's archive of Fitbit data: each of its files by its name, one after the other."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from healthpartner.core.clock import Clock, SystemClock
from healthpartner.providers.archives import Archive, StreamBroken, open_archive
from healthpartner.providers.contract import Break, Chunk, ImportRefused, ImportReport, Limits, OnProgress, Progress
from healthpartner.providers.fitbit.files import KINDS, TABLES, Context, csv_chunks
from healthpartner.providers.fitbit.profile import PROFILE, read_zone

# A day of heart rates is a megabyte or two.
MOST_BYTES_A_FILE = 64 * 1024**2
_NAME = re.compile(r"^(?P<kind>[a-z_0-9]+?)-\d[\d-]*\.json$")
_CSV_NAME = re.compile(r"^(?P<kind>[A-Za-z0-9 ]+?) - \d{4}-\d{2}-[\d()-]+\.csv$")


def read_takeout(
    path: Path, *, limits: Limits | None = None, on_progress: OnProgress | None = None, clock: Clock | None = None
) -> "TakeoutReader":
    """Iterating it raises ImportRefused for an archive without Fitbit data."""
    latest = (clock or SystemClock()).now() + timedelta(days=1)
    return TakeoutReader(path, limits or Limits(), on_progress, int(latest.timestamp() * 1000))


def is_takeout_name(name: str) -> bool:
    return kind_of(name) is not None


def kind_of(name: str) -> str | None:
    """What a file of the archive holds; None for one that is not read."""
    last = PurePosixPath(name).name
    found = _NAME.match(last)
    if found is not None and found["kind"] in KINDS:
        return found["kind"]
    found = _CSV_NAME.match(last)
    return found["kind"] if found is not None and found["kind"] in TABLES else None


class TakeoutReader:
    """Iterates once; `report` is complete after that."""

    def __init__(self, path: Path, limits: Limits, on_progress: OnProgress | None, latest_ms: int) -> None:
        self.report = ImportReport()
        self._path = path
        self._limits = limits
        self._on_progress = on_progress
        self._latest_ms = latest_ms

    def __iter__(self) -> Iterator[Chunk]:
        with open_archive(self._path, self._limits) as archive:
            members = [(kind, member) for member in archive.members if (kind := kind_of(member.filename))]
            if not members:
                raise ImportRefused("no_export_found", "The archive holds no Fitbit data.")
            zone = self._zone(archive)
            total, done = sum(member.file_size for _, member in members), 0
            for kind, member in members:
                yield from self._read(archive, kind, member, zone)
                done += member.file_size
                if self._on_progress is not None:
                    self._on_progress(Progress(done, total, self.report.records_read))
            self._pass_over(archive, {member.filename for _, member in members})

    def _zone(self, archive: Archive) -> str | None:
        """The person's own; Fitbit's sleep logs say the time and not where."""
        for member in archive.members:
            if PurePosixPath(member.filename).name.lower() == PROFILE:
                content = self._content(archive, member)
                return None if content is None else read_zone(content)
        return None

    def _read(self, archive: Archive, kind: str, member: zipfile.ZipInfo, zone: str | None) -> Iterator[Chunk]:
        content = self._content(archive, member)
        if content is None:
            return
        context = Context(self.report, zone, self._latest_ms)
        if kind in TABLES:
            yield from csv_chunks(context, kind, content)
            return
        entry, chunks = KINDS[kind]
        entries = self._entries(entry, content, kind)
        if entries:
            yield from chunks(context, entries)

    def _entries(self, entry: Any, content: bytes, kind: str) -> Sequence[Any]:
        """Mostly all are sound and decoded at once; else one by one, and those that are not are counted."""
        try:
            return msgspec.json.decode(content, type=list[entry])
        except msgspec.ValidationError:
            pass
        except msgspec.DecodeError:
            self._damaged("file_damaged", kind)
            return []
        found = []
        try:
            parts = msgspec.json.decode(content, type=list[msgspec.Raw])
        except msgspec.DecodeError:
            self._damaged("file_damaged", kind)
            return []
        for part in parts:
            try:
                found.append(msgspec.json.decode(part, type=entry))
            except msgspec.DecodeError:
                self.report.records_read += 1
                self.report.skip("bad_entry", kind)
        return found

    def _content(self, archive: Archive, member: zipfile.ZipInfo) -> bytes | None:
        """A file that cannot be read is named, and leaves the others."""
        try:
            with archive.stream(member) as stream:
                return stream.content(MOST_BYTES_A_FILE)
        except StreamBroken as broken:
            self._damaged(broken.reason, PurePosixPath(member.filename).name)
            return None
        except ImportRefused as refused:
            if refused.reason == "archive_bomb":
                raise
            self._damaged(refused.reason, PurePosixPath(member.filename).name)
            return None

    def _damaged(self, reason: str, name: str) -> None:
        self.report.records_read += 1
        self.report.skip(reason, name)
        self.report.broken = self.report.broken or Break(reason, 0)

    def _pass_over(self, archive: Archive, read: set[str]) -> None:
        """Files that nothing is made of, each an entry, by the name they have without their dates."""
        for member in archive.members:
            path = PurePosixPath(member.filename)
            if member.is_dir() or member.filename in read or path.name.lower() == PROFILE:
                continue
            self.report.records_read += 1
            self.report.skip("unsupported_file", re.sub(r"[\d()-]+", "", path.stem).strip(" _") or "unnamed")

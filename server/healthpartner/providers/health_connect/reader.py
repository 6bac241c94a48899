"""Reads a Health Connect export: the database out of its zip, table by table."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile

from healthpartner.core.clock import Clock, SystemClock
from healthpartner.providers.archives import Archive, StreamBroken, is_zip, open_archive
from healthpartner.providers.contract import Break, Chunk, ImportRefused, ImportReport, Limits, OnProgress, Progress
from healthpartner.providers.health_connect.database import ExportDatabase, TableDamaged, open_database
from healthpartner.providers.health_connect.samples import chunks_of
from healthpartner.providers.health_connect.sessions import exercise_chunks, sleep_chunks
from healthpartner.providers.health_connect.sources import Sources
from healthpartner.providers.health_connect.tables import PARENTS, SESSIONS, TABLES

DATABASE_MARK = b"SQLite format 3\0"


def read_health_connect(
    path: Path, *, limits: Limits | None = None, on_progress: OnProgress | None = None, clock: Clock | None = None
) -> "HealthConnectReader":
    """A reader of the zip or the database in it. Iterating it raises ImportRefused for a file that is neither."""
    latest = (clock or SystemClock()).now() + timedelta(days=1)
    return HealthConnectReader(path, limits or Limits(), on_progress, int(latest.timestamp() * 1000))


def is_database_name(name: str) -> bool:
    """People rename the zip, not what is in it."""
    path = PurePosixPath(name.lower())
    return path.suffix == ".db" and "health_connect" in path.name


class HealthConnectReader:
    """Iterates once; `report` is complete after that."""

    def __init__(self, path: Path, limits: Limits, on_progress: OnProgress | None, latest_ms: int) -> None:
        self.report = ImportReport()
        self._path = path
        self._limits = limits
        self._on_progress = on_progress
        self._latest_ms = latest_ms

    def __iter__(self) -> Iterator[Chunk]:
        with _database_file(self._path, self._limits) as file, open_database(file) as database:
            if not any(table.name in database.tables for table in TABLES) and not SESSIONS & database.tables.keys():
                raise ImportRefused("no_export_found", "The database is not a Health Connect export.")
            yield from self._read(database, file.stat().st_size)

    def _read(self, database: ExportDatabase, size: int) -> Iterator[Chunk]:
        sources = Sources(database)
        steps: list[tuple[str, Callable[[], Iterator[Chunk]]]] = [
            (table.name, partial(chunks_of, database, table, sources, self.report, self._latest_ms)) for table in TABLES
        ]
        told = (database, sources, self.report, self._latest_ms)
        steps += [("sleep", partial(sleep_chunks, *told)), ("exercise", partial(exercise_chunks, *told))]
        for done, (name, chunks) in enumerate(steps, 1):
            try:
                yield from chunks()
            except TableDamaged:
                self.report.broken = self.report.broken or Break(f"table_damaged:{name}", size)
            if self._on_progress is not None:
                self._on_progress(Progress(size * done // len(steps), size, self.report.records_read))
        self._pass_over(database)

    def _pass_over(self, database: ExportDatabase) -> None:
        """Records of kinds that nothing here is made of."""
        read = {table.name for table in TABLES} | PARENTS | SESSIONS
        for name in database.tables:
            if name.lower().endswith(("_record_table", "recordtable")) and name not in read:
                count = database.count(name)
                self.report.records_read += count
                self.report.skip("unsupported_type", name, count)


@contextmanager
def _database_file(path: Path, limits: Limits) -> Iterator[Path]:
    """The database itself; out of a zip it becomes a file beside the upload's, which is gone when the context ends."""
    with path.open("rb") as file:
        beginning = file.read(len(DATABASE_MARK))
    if beginning == DATABASE_MARK:
        yield path
        return
    if not is_zip(beginning):
        raise ImportRefused("not_an_archive", "The file is neither a zip archive nor a database.")
    with open_archive(path, limits) as archive, NamedTemporaryFile(dir=path.parent, suffix=".db") as copy:
        # What a crash leaves behind is swept away, unless somebody holds it.
        fcntl.flock(copy, fcntl.LOCK_SH)
        _extract(archive, copy.write)
        copy.flush()
        yield Path(copy.name)


def _extract(archive: Archive, write: Callable[[bytes], int]) -> None:
    member = next((each for each in archive.members if is_database_name(each.filename)), None)
    if member is None:
        raise ImportRefused("no_export_found", "The archive holds no Health Connect export.")
    try:
        with archive.stream(member) as stream:
            for block in stream.blocks():
                write(block)
    except StreamBroken as broken:
        raise ImportRefused(broken.reason, "The zip archive is incomplete or damaged.") from broken

"""A database that somebody sent: opened for reading alone, tables only, with nothing in it allowed to run."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from healthpartner.providers.contract import ImportRefused

ROWS_A_TIME = 10_000
# Of one value; the largest that we read are texts of names.
MOST_BYTES_A_VALUE = 1024**2

_ALLOWED = frozenset({sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT})


class TableDamaged(Exception):
    """A table cannot be read to its end."""


class ExportDatabase:
    """`tables` maps each table to its columns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.tables = {name: self._columns(name) for name in self._names()}
        connection.set_authorizer(_authorize)

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        """Some rows at a time, in the order in which they were written. Raises TableDamaged."""
        wanted = ", ".join(_quoted(column) for column in columns)
        try:
            cursor = self._connection.execute(f"SELECT {wanted} FROM {_quoted(table)}")
            while page := cursor.fetchmany(ROWS_A_TIME):
                yield page
        except (sqlite3.Error, OverflowError) as damage:
            raise TableDamaged from damage

    def has(self, table: str, columns: Sequence[str]) -> bool:
        return set(columns) <= self.tables.get(table, frozenset())

    def count(self, table: str) -> int:
        try:
            return sum(len(page) for page in self.rows(table, ("row_id",))) if self.has(table, ("row_id",)) else 0
        except TableDamaged:
            return 0

    def _names(self) -> list[str]:
        """Views, which are programs, are not tables."""
        found = self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' LIMIT 1000").fetchall()
        return [name for (name,) in found if isinstance(name, str) and not name.startswith("sqlite_")]

    def _columns(self, table: str) -> frozenset[str]:
        """Those that are stored; a computed one is a program too."""
        found = self._connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (table,)).fetchall()
        return frozenset(name for name, hidden in found if hidden == 0)


@contextmanager
def open_database(path: Path) -> Iterator[ExportDatabase]:
    """Raises ImportRefused for what is no database."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES_A_VALUE)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        try:
            database = ExportDatabase(connection)
        except sqlite3.Error as damage:
            raise ImportRefused("database_damaged", "The export's database is incomplete or damaged.") from damage
        yield database
    finally:
        connection.close()


def _authorize(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""Data exports as members see them, and what every domain that holds personal data offers to them."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct

from healthpartner.core.unit_of_work import UnitOfWork

Record = dict[str, Any]
Records = Callable[[UnitOfWork], AsyncIterator[tuple[str, Iterable[Record]]]]
Resources = Callable[[UnitOfWork], AsyncIterator[Iterable[Record]]]
Files = Callable[[UnitOfWork], AsyncIterator[tuple[str, str]]]


class Section(NamedTuple):
    """One domain's part of an export; `tables` names those that it covers.

    `records` yields (file name, rows), the parts of one file one after the other. `resources` yields FHIR R4
    resources. `files` yields (file name, key in the file store).
    """

    tables: tuple[str, ...]
    records: Records
    resources: Resources | None = None
    files: Files | None = None


class ExportInput(Struct, frozen=True):
    """What the job needs to know: where clients reach us."""

    base_url: str


class ExportResult(Struct, frozen=True):
    """`download_url` needs no credential, so keep it like one; the file is gone after `expires_at`."""

    download_url: str
    expires_at: datetime
    size_bytes: int
    records: Mapping[str, int]

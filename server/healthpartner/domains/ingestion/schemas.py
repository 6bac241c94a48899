"""Imports as members ask for them, and what their jobs answer."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from healthpartner.domains.uploads.schemas import FileUrl

ImportFormat = Literal["apple_health"]


class ImportExport(Struct, frozen=True):
    """Without a `format` the file shows what it is."""

    file_url: FileUrl
    format: ImportFormat | None = None


class ImportInput(Struct, frozen=True):
    """What the job needs to know."""

    upload_id: UUID
    key: str
    format: ImportFormat | None = None


class ImportProgress(Struct, frozen=True):
    """`bytes_total` is what the file announces. The samples are those of all attempts so far."""

    bytes_read: int = 0
    bytes_total: int = 0
    records_read: int = 0
    samples_added: int = 0
    samples_replaced: int = 0


class ImportBreak(Struct, frozen=True):
    """Where a damaged file stopped making sense; what came before is stored."""

    reason: str
    after_bytes: int
    line: int | None


class ImportResult(Struct, frozen=True, kw_only=True):
    """Every record is accounted for: those read are the samples, those merged and those skipped."""

    format: ImportFormat
    records_read: int
    records_merged: int
    samples_added: int
    samples_replaced: int
    samples_unchanged: int
    skipped: dict[str, int]
    first_at: datetime | None
    last_at: datetime | None
    sources: list[str]
    broken: ImportBreak | None

"""Imports as members ask for them, and what their jobs answer."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from healthpartner.domains.uploads.schemas import FileUrl

ImportFormat = Literal[
    "apple_health",
    "fit",
    "fitabase",
    "fitbit_api",
    "fitbit_takeout",
    "garmin_connect",
    "gpx",
    "health_connect",
    "strava_api",
    "tcx",
    "withings_api",
]


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
    """`bytes_total` is what the file announces. What was added and replaced is that of all attempts so far."""

    bytes_read: int = 0
    bytes_total: int = 0
    records_read: int = 0
    samples_added: int = 0
    samples_replaced: int = 0
    sleep_sessions_added: int = 0
    workouts_added: int = 0
    days_changed: int = 0


class ImportBreak(Struct, frozen=True):
    """Where a damaged file stopped making sense; what came before is stored."""

    reason: str
    after_bytes: int
    line: int | None


class ImportResult(Struct, frozen=True, kw_only=True):
    """Every record of the file is accounted for: those read are those kept, those merged and those skipped.

    `values_out_of_range` counts implausible values, by metric, of records that were kept for their others;
    `outside_retention` what of the records kept was for days that the organization's retention has closed.
    """

    format: ImportFormat
    records_read: int
    records_kept: int
    records_merged: int
    samples_added: int
    samples_replaced: int
    samples_unchanged: int
    sleep_sessions_added: int
    workouts_added: int
    daily_totals_kept: int
    outside_retention: int = 0
    skipped: dict[str, int]
    values_out_of_range: dict[str, int]
    first_at: datetime | None
    last_at: datetime | None
    sources: list[str]
    broken: ImportBreak | None

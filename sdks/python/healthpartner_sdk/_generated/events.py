"""The data of events, by type.

Written by `make contracts`; change nothing here.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class DataExportReady(Struct, frozen=True, kw_only=True):
    """An export of everything held about the member can be fetched; the job's result holds its address."""

    expires_at: str
    job_id: UUID
    size_bytes: int


class DeviceBackfillCompleted(Struct, frozen=True, kw_only=True):
    """A member's history has arrived. The days are the first and last UTC days with samples, null without any."""

    first_day: date | None
    job_id: UUID
    last_day: date | None
    provider: str
    records_read: int
    samples_added: int


class DeviceConnectionUpdated(Struct, frozen=True, kw_only=True):
    """A member's connection to a provider was made, failed or ended."""

    provider_slug: str
    status: str


class DeviceDailyDataUpdated(Struct, frozen=True, kw_only=True):
    """New samples of a member. `days` are calendar days where the samples were taken."""

    days: list[date]
    metrics: list[str]
    provider: str
    samples_added: int


class MemberDeleted(Struct, frozen=True, kw_only=True):
    """Everything held about the member is gone; this event alone still holds the id."""

    user_id: UUID


class QueueTest(Struct, frozen=True, kw_only=True):
    """A partner's destination is being tried out; `queue_name` is the stream that it would carry."""

    queue_name: str
    test: bool | None = None


DATA_BY_TYPE: dict[str, type[Struct]] = {
    "data_export.ready": DataExportReady,
    "device.backfill.completed": DeviceBackfillCompleted,
    "device.connection.updated": DeviceConnectionUpdated,
    "device.daily_data.updated": DeviceDailyDataUpdated,
    "member.deleted": MemberDeleted,
    "queue.test": QueueTest,
}

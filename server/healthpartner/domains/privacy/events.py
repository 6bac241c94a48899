"""What partners are told about a member's data as a whole."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from healthpartner.events.event import Event, Stream


class MemberDeleted(Event, frozen=True):
    """Everything held about the member is gone; this event alone still holds the id."""

    type: ClassVar[str] = "member.deleted"
    stream: ClassVar[Stream] = "account"
    example: ClassVar[dict[str, Any]] = {"user_id": "0195b3a0-7c1e-7a55-9f0e-1f4be4b3d8aa"}

    user_id: UUID


class DataExportReady(Event, frozen=True):
    """An export of everything held about the member can be fetched; the job's result holds its address."""

    type: ClassVar[str] = "data_export.ready"
    stream: ClassVar[Stream] = "account"
    example: ClassVar[dict[str, Any]] = {
        "job_id": "0199a1f0-7c4e-7d2a-9b7e-3f1d2c4b5a60",
        "size_bytes": 1843200,
        "expires_at": "2026-03-15T09:00:00Z",
    }

    job_id: UUID
    size_bytes: int
    expires_at: datetime

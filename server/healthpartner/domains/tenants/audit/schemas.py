"""What partners read in their audit log."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class AuditEntry(Struct, frozen=True, kw_only=True):
    entry_id: UUID
    occurred_at: datetime
    actor_type: str
    actor_id: str | None
    action: str
    subject_type: str
    subject_id: str | None
    user_id: UUID | None
    request_id: str | None


class AuditFilter(Struct, frozen=True):
    """Which entries to show; `start` is inclusive, `end` is not."""

    user_id: UUID | None = None
    action: str | None = None
    start: datetime | None = None
    end: datetime | None = None

"""What partners are told about a member's data as a whole."""

from typing import Any, ClassVar
from uuid import UUID

from healthpartner.events.event import Event, Stream


class MemberDeleted(Event, frozen=True):
    """Everything held about the member is gone; this event alone still holds the id."""

    type: ClassVar[str] = "member.deleted"
    stream: ClassVar[Stream] = "account"
    example: ClassVar[dict[str, Any]] = {"user_id": "0195b3a0-7c1e-7a55-9f0e-1f4be4b3d8aa"}

    user_id: UUID

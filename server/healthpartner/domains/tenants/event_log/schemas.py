"""Events, deliveries and attempts as partners read them, and what they ask to be sent again."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from healthpartner.events.event import Stream

EventStatus = Literal["waiting", "pending", "delivered", "failed"]
DeliveryStatus = Literal["pending", "delivered", "failed", "superseded"]


class EventEntry(Struct, frozen=True, kw_only=True):
    """One event of the log. `waiting`: its stream has no destination; `pending`: on its way, perhaps after failed
    attempts; `failed`: given up after the last attempt, and kept for 30 days to be redelivered.
    """

    event_id: UUID
    event_type: str
    stream: str
    user_id: UUID | None
    occurred_at: datetime
    status: EventStatus
    attempts: int
    next_attempt_at: datetime | None
    delivered_at: datetime | None


class DeliveryAttempt(Struct, frozen=True, kw_only=True):
    """`outcome` is `delivered` or the kind of failure; `provider_message` is what the destination itself answered, at
    most 2 KiB of it; `thin`: the event was too big for the destination, so a link was sent in place of its data.
    """

    attempt: int
    attempted_at: datetime
    outcome: str
    provider_message: str | None
    provider_message_id: str | None
    latency_ms: int
    thin: bool


class EventDelivery(Struct, frozen=True, kw_only=True):
    """One way to one destination. `requested`: by a redelivery or replay; `superseded`: failed, then sent again."""

    destination_id: UUID
    destination_type: str | None
    status: DeliveryStatus
    requested: bool
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None
    attempts: list[DeliveryAttempt]


class EventDetail(Struct, frozen=True, kw_only=True):
    """An event with its data and everything that was tried, oldest delivery first."""

    event_id: UUID
    event_type: str
    stream: str
    user_id: UUID | None
    occurred_at: datetime
    status: EventStatus
    data: dict[str, Any]
    deliveries: list[EventDelivery]


class EventFilter(Struct, frozen=True):
    """Which events to show; `start` is inclusive, `end` is not."""

    stream: str | None = None
    event_type: str | None = None
    status: EventStatus | None = None
    user_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None


class Redelivery(Struct, frozen=True, kw_only=True):
    """The event will be sent again, under the same `event_id`."""

    event_id: UUID
    stream: str
    status: Literal["pending"] = "pending"


class ReplayEvents(Struct, frozen=True, kw_only=True):
    """Which events to send again: those of a stream that occurred from `start` up to before `end` (default: now), all
    or only those of a type, or only those that have failed.
    """

    stream: Stream
    start: datetime
    end: datetime | None = None
    event_type: str | None = None
    status: Literal["failed"] | None = None


class Replay(Struct, frozen=True, kw_only=True):
    """`events`: how many will be sent again."""

    replay_id: UUID
    stream: str
    start: datetime
    end: datetime
    event_type: str | None = None
    status: Literal["failed"] | None = None
    events: int

"""A stream with its destination and health, as partners see it, and what the service needs from the deployment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from healthpartner.core.encryption import Keyring
from healthpartner.destinations.contract import DestinationContext, Kind
from healthpartner.destinations.registry import KINDS


@dataclass(frozen=True)
class QueueContext:
    """The keys that protect destination settings, and what destinations are opened with."""

    keyring: Keyring
    destinations: DestinationContext
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)


class DeliveryHealth(Struct, frozen=True, kw_only=True):
    """`pending`: events that wait, for their next attempt or for a destination; `failed`: given up, redeliverable.
    `state` is null without a destination; `failing`: it has taken nothing for five minutes, and is probed each minute.
    `failures`: in a row.
    """

    pending: int
    failed: int
    oldest_pending_seconds: int | None
    last_success_at: datetime | None
    state: Literal["active", "failing", "paused"] | None = None
    failures: int = 0
    failing_since: datetime | None = None
    paused_at: datetime | None = None


class Queue(Struct, frozen=True, kw_only=True):
    """`type`, `settings` and the instants are None while the stream has no destination."""

    queue_name: str
    type: str | None
    settings: dict[str, Any] | None
    created_at: datetime | None
    updated_at: datetime | None
    delivery: DeliveryHealth

    def body(self) -> dict[str, Any]:
        """The response: the settings stand under the name of their type."""
        block = {} if self.type is None else {self.type: self.settings}
        return {
            "queue_name": self.queue_name,
            "type": self.type,
            **block,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "delivery": self.delivery,
        }


class Lag(Struct, frozen=True):
    """How long events of an hour took from the change to the delivery; `waiting` are not delivered yet."""

    hour: datetime
    delivered: int
    waiting: int
    median_seconds: float | None
    longest_seconds: float | None


class TestPublish(Struct, frozen=True, kw_only=True):
    """A test event that the destination took; `thin`: it was sent as a link."""

    event_id: str
    provider_message_id: str | None
    latency_ms: int

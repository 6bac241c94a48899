"""What partners are told about their destinations, and the event that one is tested with, which is never stored."""

from datetime import datetime
from typing import Any, ClassVar

from healthpartner.events.event import Event, Stream


class QueueTested(Event, frozen=True):
    """A partner's destination is being tried out; `queue_name` is the stream that it would carry."""

    type: ClassVar[str] = "queue.test"
    stream: ClassVar[Stream] = "account"
    example: ClassVar[dict[str, Any]] = {"queue_name": "lab_results", "test": True}

    queue_name: Stream
    test: bool = True


class QueueDeliveryFailing(Event, frozen=True):
    """A destination has taken nothing for five minutes. Until it does, new events wait, and a probe goes out each minute."""

    type: ClassVar[str] = "queue.delivery.failing"
    stream: ClassVar[Stream] = "account"
    example: ClassVar[dict[str, Any]] = {
        "queue_name": "lab_results",
        "destination_type": "webhook",
        "failing_since": "2026-03-14T08:54:00Z",
        "outcome": "timeout",
    }

    queue_name: Stream
    destination_type: str
    failing_since: datetime | None
    outcome: str | None


class QueueDeliveryExhausted(Event, frozen=True):
    """An event was given up after its last attempt; the event log has it, `failed`. Told at most once a day."""

    type: ClassVar[str] = "queue.delivery.exhausted"
    stream: ClassVar[Stream] = "account"
    example: ClassVar[dict[str, Any]] = {
        "queue_name": "lab_results",
        "destination_type": "webhook",
        "failing_since": "2026-03-14T08:54:00Z",
        "outcome": "timeout",
    }

    queue_name: Stream
    destination_type: str
    failing_since: datetime | None
    outcome: str | None


class QueueDeliveryRecovered(Event, frozen=True):
    """A destination that kept failing takes events again; what waited follows, oldest first."""

    type: ClassVar[str] = "queue.delivery.recovered"
    stream: ClassVar[Stream] = "account"
    example: ClassVar[dict[str, Any]] = {
        "queue_name": "lab_results",
        "destination_type": "webhook",
        "failing_since": None,
        "outcome": "timeout",
    }

    queue_name: Stream
    destination_type: str
    failing_since: datetime | None
    outcome: str | None

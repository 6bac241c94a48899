"""The event that a destination is tested with; it is sent at once and never stored."""

from typing import Any, ClassVar

from healthpartner.events.event import Event, Stream


class QueueTested(Event, frozen=True):
    """A partner's destination is being tried out; `queue_name` is the stream that it would carry."""

    type: ClassVar[str] = "queue.test"
    stream: ClassVar[Stream] = "account"
    example: ClassVar[dict[str, Any]] = {"queue_name": "lab_results", "test": True}

    queue_name: Stream
    test: bool = True

"""What every consumer does with a message: check it, hand it on once, and only then let the queue forget it."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Protocol
from uuid import UUID

from healthpartner_sdk.errors import InvalidSignature
from healthpartner_sdk.events import Event, Verifier

Handler = Callable[[Event], Awaitable[None]]
OnInvalid = Callable[[str, InvalidSignature], Awaitable[None]]

REMEMBERED = 10_000


class Seen(Protocol):
    """Which events were handled. Keep it in a database to know it after a restart too."""

    async def holds(self, event_id: UUID) -> bool: ...

    async def add(self, event_id: UUID) -> None: ...


class RecentlySeen:
    """The last ten thousand, in memory."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._ids: OrderedDict[UUID, None] = OrderedDict()

    async def holds(self, event_id: UUID) -> bool:
        return event_id in self._ids

    async def add(self, event_id: UUID) -> None:
        self._ids[event_id] = None
        while len(self._ids) > self._most:
            self._ids.popitem(last=False)


async def leave(message: str, error: InvalidSignature) -> None:
    """What is done with a message that the platform did not sign, unless told otherwise: nothing."""


class Receiver:
    """Handles one message. A handler that raises leaves the message in the queue, which brings it again."""

    def __init__(
        self, verifier: Verifier, handler: Handler, *, seen: Seen | None = None, on_invalid: OnInvalid = leave
    ) -> None:
        self._verifier, self._handler, self._on_invalid = verifier, handler, on_invalid
        self._seen: Seen = seen or RecentlySeen()

    async def take(self, message: str) -> bool:
        """Whether the queue may forget the message; it may not when nobody signed it."""
        try:
            event = self._verifier.verify(message)
        except InvalidSignature as error:
            await self._on_invalid(message, error)
            return False
        if not await self._seen.holds(event.event_id):
            await self._handler(event)
            await self._seen.add(event.event_id)
        return True

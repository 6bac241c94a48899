"""Destinations that keep one connection to the partner's broker: opened by the first attempt, shared by attempts side by
side, and given up after any failure, since what a broken or late connection still does is anyone's guess.
"""

import asyncio
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Generic, Protocol, TypeVar

from healthpartner.destinations.contract import Destination, PublishFailed, Receipt
from healthpartner.events.envelope import Envelope

# For saying goodbye to a broker that may not answer any more; it comes on top of an attempt's limit.
CLOSING_SECONDS = 0.5


class Session(Protocol):
    """An open connection. `send` makes one attempt, without retries, and raises PublishFailed."""

    @property
    def is_usable(self) -> bool:
        """False once it is known to be broken, as by a broker that was restarted meanwhile."""
        ...

    async def send(self, envelope: Envelope) -> str | None:
        """The provider's id of the stored message, when it tells one."""
        ...

    async def close(self) -> None: ...


S = TypeVar("S", bound=Session)


class _Shared(Generic[S]):
    def __init__(self, session: S) -> None:
        self.session = session
        self.users = 0
        self.retired = False

    async def leave(self) -> None:
        self.users -= 1
        if self.retired and not self.users:
            await self.close()

    async def close(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.session.close()


class SessionDestination(Destination, Generic[S]):
    def __init__(self, timeout_seconds: float, maximum_bytes: int) -> None:
        super().__init__(timeout_seconds)
        self._maximum_bytes = maximum_bytes
        self._shared: _Shared[S] | None = None
        self._opening = asyncio.Lock()

    @abstractmethod
    async def connect(self) -> S:
        """A new connection; raises PublishFailed, and leaves nothing open then."""

    @abstractmethod
    def message_bytes(self, envelope: Envelope) -> int:
        """What the provider counts towards its limit."""

    async def attempt(self, envelope: Envelope) -> Receipt:
        thin = self.message_bytes(envelope) > self._maximum_bytes
        try:
            return Receipt(await self._send(envelope.thin() if thin else envelope), thin)
        except PublishFailed as refusal:
            if thin or refusal.kind != "too_large":
                raise
        # The broker's own limit is lower than ours. It said so, so nothing was stored.
        return Receipt(await self._send(envelope.thin()), thin=True)

    async def close(self) -> None:
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.close()

    async def _send(self, envelope: Envelope) -> str | None:
        shared = await self._opened()
        shared.users += 1
        try:
            return await shared.session.send(envelope)
        except BaseException:
            # Closed by the last one to leave: attempts side by side may still succeed on it.
            shared.retired = True
            if self._shared is shared:
                self._shared = None
            raise
        finally:
            await shared.leave()

    async def _opened(self) -> _Shared[S]:
        async with self._opening:
            if self._shared is not None and not self._shared.session.is_usable:
                await self.close()
            if self._shared is None:
                self._shared = _Shared(await self.connect())
            return self._shared


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Around the import of a client library that a deployment may lack."""
    try:
        yield
    except ImportError as missing:
        raise PublishFailed("invalid", f"this deployment has no {extra} support installed") from missing

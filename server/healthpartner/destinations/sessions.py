"""Destinations that keep one connection to the partner's broker: opened by the first attempt, shared by attempts side by
side, and given up after any failure, since what a broken or late connection still does is anyone's guess.
"""

import asyncio
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Generic, Protocol, TypeVar

from healthpartner.destinations.contract import DestinationContext, Kind, PublishFailed
from healthpartner.destinations.limits import LimitedDestination
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


class SessionDestination(LimitedDestination, Generic[S]):
    def __init__(self, kind: Kind, settings: Any, context: DestinationContext) -> None:
        super().__init__(context.timeout_seconds, kind.manifest.maximum_bytes)
        self._kind, self._settings, self._context = kind, settings, context
        self._shared: _Shared[S] | None = None
        self._opening = asyncio.Lock()

    @abstractmethod
    async def connect(self) -> S:
        """A new connection, with settings that are allowed; raises PublishFailed, and leaves nothing open then."""

    async def close(self) -> None:
        shared, self._shared = self._shared, None
        if shared is not None:
            await shared.close()

    async def send(self, envelope: Envelope) -> str | None:
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
                # The settings may be older than today's rules, and name the host.
                if self._kind.validate(self._settings, self._context):
                    raise PublishFailed("invalid", "the settings are not allowed in this deployment")
                self._shared = _Shared(await self.connect())
            return self._shared


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Around the import of a client library that a deployment may lack."""
    try:
        yield
    except ImportError as missing:
        raise PublishFailed("invalid", f"this deployment has no {extra} support installed") from missing

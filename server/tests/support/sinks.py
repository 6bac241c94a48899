"""Destinations for tests: one in memory that fails and hangs on demand, and one across a unix socket."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Self

import msgspec
from msgspec import Struct

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import (
    Destination,
    DestinationContext,
    Manifest,
    PublishFailed,
    Receipt,
    SettingsType,
)
from healthpartner.events.envelope import Envelope

MANIFEST = Manifest("Sink", "Takes events in tests.", (), 1_000_000)


class MemorySettings(Struct, frozen=True):
    name: str
    password: str = ""


class Mailbox:
    """What arrived under one name. `refusing` answers every attempt with a failure; `held` keeps it waiting."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.attempts: list[Envelope] = []
        self.refusing: PublishFailed | None = None
        self.held: asyncio.Event | None = None
        self._changed, self._waiting = asyncio.Condition(), 0

    async def note(self, envelopes: list[Envelope], envelope: Envelope) -> None:
        envelopes.append(envelope)
        if self._waiting:
            async with self._changed:
                self._changed.notify_all()

    async def until_attempted(self, number: int) -> None:
        await self._until(lambda: len(self.attempts) >= number)

    async def until_delivered(self, number: int) -> None:
        await self._until(lambda: len(self.envelopes) >= number)

    async def _until(self, holds: Callable[[], bool]) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(60), self._changed:
                await self._changed.wait_for(holds)
        finally:
            self._waiting -= 1

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(envelope.body) for envelope in self.envelopes]

    @property
    def data(self) -> list[Any]:
        return [body["data"] for body in self.bodies]


class Memory:
    """The kind `memory`; `mailbox(name)` is where events for that name arrive."""

    type: ClassVar[str] = "memory"
    Settings: ClassVar[SettingsType] = MemorySettings
    write_only: ClassVar[frozenset[str]] = frozenset({"password"})
    manifest: ClassVar[Manifest] = MANIFEST

    def __init__(self) -> None:
        self._mailboxes: dict[str, Mailbox] = {}

    def mailbox(self, name: str) -> Mailbox:
        return self._mailboxes.setdefault(name, Mailbox())

    def validate(self, settings: MemorySettings, context: DestinationContext) -> list[Detail]:  # noqa: ARG002 - the contract's
        return [] if settings.name else [Detail("name", "too_short", "Must not be empty.")]

    def open(self, settings: MemorySettings, context: DestinationContext) -> Destination:
        return MemoryDestination(self.mailbox(settings.name), context.timeout_seconds)

    def public_view(self, settings: MemorySettings, context: DestinationContext) -> dict[str, Any]:  # noqa: ARG002 - the contract's
        return {"name": settings.name}


class MemoryDestination(Destination):
    def __init__(self, mailbox: Mailbox, timeout_seconds: float) -> None:
        super().__init__(timeout_seconds)
        self._mailbox = mailbox

    async def attempt(self, envelope: Envelope) -> Receipt:
        await self._mailbox.note(self._mailbox.attempts, envelope)
        if self._mailbox.held is not None:
            await self._mailbox.held.wait()
        if self._mailbox.refusing is not None:
            raise self._mailbox.refusing
        await self._mailbox.note(self._mailbox.envelopes, envelope)
        return Receipt(f"message-{len(self._mailbox.envelopes)}", thin=False)

    async def close(self) -> None:
        return


class SocketSettings(Struct, frozen=True):
    path: str = ""
    host: str = ""
    port: int = 0


class Socket:
    """The kind `socket`: connects to a unix socket, or to a host and port, sends one line `<event_id> <event_type>` and
    waits for its echo.
    """

    type: ClassVar[str] = "socket"
    Settings: ClassVar[SettingsType] = SocketSettings
    write_only: ClassVar[frozenset[str]] = frozenset()
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: SocketSettings, context: DestinationContext) -> list[Detail]:  # noqa: ARG002 - the contract's
        return []

    def open(self, settings: SocketSettings, context: DestinationContext) -> Destination:
        return SocketDestination(settings, context.timeout_seconds)

    def public_view(self, settings: SocketSettings, context: DestinationContext) -> dict[str, Any]:  # noqa: ARG002 - the contract's
        value: dict[str, Any] = msgspec.to_builtins(settings)
        return value


class SocketDestination(Destination):
    def __init__(self, settings: SocketSettings, timeout_seconds: float) -> None:
        super().__init__(timeout_seconds)
        self._settings = settings

    async def attempt(self, envelope: Envelope) -> Receipt:
        try:
            reader, writer = await self._connect()
        except OSError as error:
            raise PublishFailed("connection", "unreachable") from error
        try:
            writer.write(f"{envelope.event_id} {envelope.event_type}\n".encode())
            if not await reader.readline():
                raise PublishFailed("connection", "closed")
        finally:
            writer.close()
        return Receipt(None, thin=False)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._settings.path:
            return await asyncio.open_unix_connection(self._settings.path)
        return await asyncio.open_connection(self._settings.host, self._settings.port)

    async def close(self) -> None:
        return


class SocketServer:
    """The other end: notes what was sent, in order of arrival, and tells those who wait for a number of arrivals. What
    comes from the address `unheard` is neither noted nor answered.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.arrived, self.seen = path, list[str](), set[str]()
        self.port = 0
        self.senders: list[tuple[str, float]] = []
        self.unheard, self.called = "", asyncio.Event()
        self._unanswered: list[asyncio.StreamWriter] = []
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._answer, self.path, backlog=2048)
        return self

    async def __aexit__(self, *_: object) -> None:
        for writer in self._unanswered:
            writer.transport.abort()
        self._server.close()
        await self._server.wait_closed()

    async def listen(self, host: str) -> asyncio.Server:
        """On a free port too."""
        server = await asyncio.start_server(self._answer, host, 0, backlog=2048)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def forget(self) -> None:
        self.senders.clear()
        self.arrived.clear()
        self.seen.clear()

    async def until(self, holds: Callable[[set[str]], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: holds(self.seen))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if self.unheard and _address_of(writer) == self.unheard:
            self.called.set()
            self._unanswered.append(writer)
            return
        if line.endswith(b"\n"):
            async with self._changed:
                self.arrived.append(line.decode().split()[0])
                self.seen.add(self.arrived[-1])
                self.senders.append((_address_of(writer), time.monotonic()))
                self._changed.notify_all()
        writer.write(line)
        writer.close()


def _address_of(writer: asyncio.StreamWriter) -> str:
    """Of whoever sent it; none across a unix socket."""
    peer = writer.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else ""

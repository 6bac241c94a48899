"""Destinations for tests: one in memory that fails and hangs on demand, and one that appends to a file."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from msgspec import Struct

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import (
    Destination,
    DestinationContext,
    Kind,
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
        self._changed = asyncio.Condition()

    async def note(self, envelopes: list[Envelope], envelope: Envelope) -> None:
        async with self._changed:
            envelopes.append(envelope)
            self._changed.notify_all()

    async def until_attempted(self, number: int) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.attempts) >= number)

    async def until_delivered(self, number: int) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.envelopes) >= number)

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
    maximum_bytes: ClassVar[int] = MANIFEST.maximum_bytes
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


class FileSettings(Struct, frozen=True):
    path: str


class AppendingFile:
    """The kind `file`: one line per message, `event_id` and a space and the event's data."""

    type: ClassVar[str] = "file"
    Settings: ClassVar[SettingsType] = FileSettings
    write_only: ClassVar[frozenset[str]] = frozenset()
    maximum_bytes: ClassVar[int] = MANIFEST.maximum_bytes
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: FileSettings, context: DestinationContext) -> list[Detail]:  # noqa: ARG002 - the contract's
        return []

    def open(self, settings: FileSettings, context: DestinationContext) -> Destination:
        return FileDestination(Path(settings.path), context.timeout_seconds)

    def public_view(self, settings: FileSettings, context: DestinationContext) -> dict[str, Any]:  # noqa: ARG002 - the contract's
        return {"path": settings.path}


class FileDestination(Destination):
    def __init__(self, path: Path, timeout_seconds: float) -> None:
        super().__init__(timeout_seconds)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def attempt(self, envelope: Envelope) -> Receipt:
        # A network round trip, during which a worker may be killed before or after the message is stored.
        await asyncio.sleep(0.001)
        os.write(self._descriptor, f"{envelope.event_id} {envelope.event_type}\n".encode())
        await asyncio.sleep(0.001)
        return Receipt(None, thin=False)

    async def close(self) -> None:
        os.close(self._descriptor)


def sinks() -> Mapping[str, Kind]:
    return {"memory": Memory(), "file": AppendingFile()}

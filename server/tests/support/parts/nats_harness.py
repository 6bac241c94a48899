"""JetStream through a real server. Its owner reads with the vendor's client: what arrives on the subject, copies that
the stream drops included, and all of it must be in the stream.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import uuid4

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from healthpartner.destinations.contract import DestinationContext
from tests.support.parts.fault_proxy import FaultProxy, fault_proxy
from tests.support.parts.harness import Harness, Stored, queued
from tests.support.parts.session import Parts


def private_context(**changes: Any) -> DestinationContext:
    """A sandbox that may publish to this machine."""
    given: dict[str, Any] = {"environment": "sandbox", "publishing_principal_arn": "", "allow_private_webhooks": True}
    return DestinationContext(**{**given, **changes})


@asynccontextmanager
async def owner(port: int, **options: Any) -> AsyncIterator[Client]:
    client = await nats.connect(f"nats://127.0.0.1:{port}", **options)
    try:
        yield client
    finally:
        await client.close()


async def read_all(client: Client, stream: str) -> list[Msg]:
    """Every message that the stream has stored."""
    state = (await client.jsm().stream_info(stream)).state
    reader = client.jetstream()
    found = [await reader.get_msg(stream, seq) for seq in range(max(1, state.first_seq), state.last_seq + 1)]
    return [Msg(client, one.subject or "", data=one.data or b"", headers=one.headers) for one in found]


class NatsHarness(Harness):
    kind: ClassVar[str] = "nats_jetstream"

    def __init__(self, proxy: FaultProxy, client: Client, name: str, arrivals: Subscription) -> None:
        super().__init__(proxy)
        self._client, self._name, self._arrivals = client, name, arrivals

    def settings(self, port: int, *, missing: bool = False) -> dict[str, Any]:
        subject = f"nobody.{self._name}" if missing else f"{self._name}.events"
        return {"servers": [f"nats://127.0.0.1:{port}"], "subject": subject, "credentials": {"token": "unasked"}}

    def context(self, port: int, timeout_seconds: float) -> DestinationContext:  # noqa: ARG002 - the port is the settings'
        return private_context(timeout_seconds=timeout_seconds)

    async def stored(self) -> list[Stored]:
        await self._client.flush()
        arrived = []
        while self._arrivals.pending_msgs:
            arrived.append(verified(await self._arrivals.next_msg()))
        kept = {verified(message).event_id for message in await read_all(self._client, self._name)}
        assert kept == {one.event_id for one in arrived}
        return arrived


@asynccontextmanager
async def nats_harness(parts: Parts) -> AsyncIterator[Harness]:
    name = f"partner-{uuid4().hex}"
    async with fault_proxy(parts.nats_port) as proxy, owner(parts.nats_port) as client:
        await client.jsm().add_stream(name=name, subjects=[f"{name}.>"])
        arrivals = await client.subscribe(f"{name}.events")
        await client.flush()
        yield NatsHarness(proxy, client, name, arrivals)


def verified(message: Msg) -> Stored:
    headers = message.headers or {}
    assert headers["Nats-Msg-Id"] == headers["event_id"]
    return queued(message.data.decode(), headers["event_id"], headers["signature"])

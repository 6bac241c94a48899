"""Event Hubs through a peer that speaks its protocol, read there with an AMQP library that is not the vendor's, or over
the wire with the vendor's consumer.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from azure.core.credentials import AzureSasCredential
from azure.eventhub import EventData, TransportType
from azure.eventhub.aio import EventHubConsumerClient
from proton import Message

from healthpartner.destinations.contract import DestinationContext
from tests.support.parts.event_hubs.frames import DISPOSITION, padding, performatives
from tests.support.parts.event_hubs.peer import HOST, KEYS, EventHubs, event_hubs
from tests.support.parts.event_hubs.tokens import make_token
from tests.support.parts.fault_proxy import FaultProxy, fault_proxy
from tests.support.parts.harness import Harness, Stored, queued


def hubs_context(port: int, **changes: Any) -> DestinationContext:
    given: dict[str, Any] = {
        "environment": "sandbox",
        "publishing_principal_arn": "",
        "azure_event_hubs_endpoint_url": f"sb://127.0.0.1:{port}",
    }
    return DestinationContext(**{**given, **changes})


def token_for(hub: str, policy: str = "publisher", *, key: str | None = None, valid_seconds: int = 3600) -> str:
    return make_token(f"sb://{HOST}/{hub}", policy, key or KEYS[policy], valid_seconds=valid_seconds)


async def read_all(port: int, hub: str) -> list[EventData]:
    """Every event of the hub, with the vendor's own consumer."""
    client = EventHubConsumerClient(
        HOST,
        hub,
        "$default",
        AzureSasCredential(token_for(hub, "reader")),
        custom_endpoint_address=f"sb://127.0.0.1:{port}",
        transport_type=TransportType.Amqp,
        use_tls=False,
    )
    async with client:
        found = [await _read(client, number) for number in await client.get_partition_ids()]
    return [event for events in found for event in events]


async def _read(client: EventHubConsumerClient, number: str) -> list[EventData]:
    found: list[EventData] = []
    stored = (await client.get_partition_properties(number))["last_enqueued_sequence_number"] + 1
    enough = asyncio.Event()

    async def note(_: Any, event: EventData | None) -> None:
        if event is not None:
            found.append(event)
        if len(found) >= stored:
            enough.set()

    if stored:
        receiving = asyncio.create_task(client.receive(note, partition_id=number, starting_position="-1"))
        await enough.wait()
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
    return found


class EventHubsHarness(Harness):
    kind: ClassVar[str] = "azure_event_hubs"

    def __init__(self, proxy: FaultProxy, hubs: EventHubs) -> None:
        super().__init__(proxy)
        self._hubs, self._hub = hubs, hubs.make_hub()

    def settings(self, port: int, *, missing: bool = False) -> dict[str, Any]:  # noqa: ARG002 - the endpoint is the context's
        name = "nobody-made-this" if missing else self._hub
        return {"namespace": HOST.partition(".")[0], "event_hub_name": name, "sas_token": token_for(name)}

    def context(self, port: int, timeout_seconds: float) -> DestinationContext:
        return hubs_context(port, timeout_seconds=timeout_seconds)

    async def stored(self) -> list[Stored]:
        return [_verified(message) for message in self._hubs.messages(self._hub)]


@asynccontextmanager
async def event_hubs_harness() -> AsyncIterator[Harness]:
    with event_hubs() as hubs:
        async with padding(hubs.port) as port, fault_proxy(port, _settles) as proxy:
            yield EventHubsHarness(proxy, hubs)


def _settles(piece: bytes) -> bool:
    """Whether a piece of AMQP holds the outcome of an event; credit and heartbeats come at any time."""
    return DISPOSITION in performatives(piece)


def _verified(message: Message) -> Stored:
    properties = message.properties
    stored = queued(bytes(message.body).decode(), properties["event_id"], properties["signature"])
    assert message.id == stored.event_id
    assert message.annotations["x-opt-partition-key"] == stored.event.get("user_id", stored.event["org_id"])
    return stored

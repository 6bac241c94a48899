"""Consumers take what the platform publishes out of the real queues, once each, and leave what nobody signed."""

import asyncio
from typing import Any

import pytest
from azure.core.credentials import AzureSasCredential
from azure.eventhub import TransportType
from azure.eventhub.aio import EventHubConsumerClient
from azure.storage.queue import TextBase64DecodePolicy
from azure.storage.queue.aio import QueueClient
from healthpartner_sdk import Event, Verifier
from healthpartner_sdk.consumers import event_hubs, sqs, storage_queue
from healthpartner_sdk.consumers.receiving import Receiver

from tests.support.parts.azurite import ACCOUNT, ACCOUNT_KEY
from tests.support.parts.azurite_harness import AzuriteHarness, azurite_harness
from tests.support.parts.events import CURRENT_SECRET, make_facts, sealed
from tests.support.parts.harness import Harness
from tests.support.parts.session import Parts
from tests.support.parts.sqs_harness import SqsHarness, sqs_harness


class Handled:
    """Stops the consumer after the last event that is waited for."""

    def __init__(self, wanted: int) -> None:
        self.stop = asyncio.Event()
        self.events: list[Event] = []
        self._wanted = wanted

    async def __call__(self, event: Event) -> None:
        self.events.append(event)
        if len(self.events) == self._wanted:
            self.stop.set()


async def publish_with_a_repeat(harness: Harness) -> list[str]:
    """Two events, the first of them twice; answers their ids."""
    first, second = make_facts({"marker": "one"}), make_facts({"marker": "two"})
    async with harness.open() as destination:
        for facts in (first, first, second):
            await destination.publish(sealed(facts))
    return [str(first.event_id), str(second.event_id)]


def receiver_for(handled: Handled) -> Receiver:
    return Receiver(Verifier(CURRENT_SECRET), handled)


async def test_sqs_hands_each_event_on_once_and_forgets_it(parts: Parts) -> None:
    async with sqs_harness(parts) as harness:
        assert isinstance(harness, SqsHarness)
        client: Any = harness._client
        await client.send_message(QueueUrl=harness._queue_url, MessageBody='{"not": "ours"}')
        ids = await publish_with_a_repeat(harness)
        handled = Handled(2)
        async with asyncio.timeout(20):
            await sqs.consume(client, harness._queue_url, receiver_for(handled), handled.stop, wait=1)
        counts = await client.get_queue_attributes(QueueUrl=harness._queue_url, AttributeNames=["All"])

    assert sorted(str(event.event_id) for event in handled.events) == sorted(ids)
    left = counts["Attributes"]
    assert int(left["ApproximateNumberOfMessages"]) + int(left["ApproximateNumberOfMessagesNotVisible"]) == 1


async def test_a_storage_queue_hands_each_event_on_once_and_forgets_it(parts: Parts) -> None:
    async with azurite_harness(parts) as harness:
        assert isinstance(harness, AzuriteHarness)
        ids = await publish_with_a_repeat(harness)
        handled = Handled(2)
        async with QueueClient(
            f"http://127.0.0.1:{parts.azurite_port}/{ACCOUNT}",
            harness._client.queue_name,
            credential={"account_name": ACCOUNT, "account_key": ACCOUNT_KEY},
            message_decode_policy=TextBase64DecodePolicy(),
        ) as queue:
            async with asyncio.timeout(20):
                await storage_queue.consume(queue, receiver_for(handled), handled.stop)
            properties = await queue.get_queue_properties()

    assert sorted(str(event.event_id) for event in handled.events) == sorted(ids)
    assert properties.approximate_message_count == 0


async def test_an_event_hub_hands_each_event_on_once() -> None:
    pytest.importorskip("proton", reason="Qpid Proton is not installed: it takes a C compiler")
    from tests.support.parts.event_hubs.harness import (  # noqa: PLC0415 - see above
        EventHubsHarness,
        event_hubs_harness,
        token_for,
    )
    from tests.support.parts.event_hubs.peer import HOST  # noqa: PLC0415 - see above

    async with event_hubs_harness() as harness:
        assert isinstance(harness, EventHubsHarness)
        ids = await publish_with_a_repeat(harness)
        handled = Handled(2)
        client = EventHubConsumerClient(
            HOST,
            harness._hub,
            "$default",
            AzureSasCredential(token_for(harness._hub, "reader")),
            custom_endpoint_address=f"sb://127.0.0.1:{harness.proxy.port}",
            transport_type=TransportType.Amqp,
            use_tls=False,
        )
        async with client, asyncio.timeout(20):
            consuming = asyncio.create_task(event_hubs.consume(client, receiver_for(handled)))
            await handled.stop.wait()
            consuming.cancel()
            await asyncio.gather(consuming, return_exceptions=True)

    assert sorted(str(event.event_id) for event in handled.events) == sorted(ids)

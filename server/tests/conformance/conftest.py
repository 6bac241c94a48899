"""One harness per kind of destination for the conformance tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from healthpartner.destinations.registry import KINDS
from tests.support.parts.azurite_harness import azurite_harness
from tests.support.parts.harness import Harness
from tests.support.parts.kafka_harness import kafka_harness
from tests.support.parts.nats_harness import nats_harness
from tests.support.parts.pubsub_harness import pubsub_harness
from tests.support.parts.rabbitmq_harness import rabbitmq_harness
from tests.support.parts.session import Parts
from tests.support.parts.sqs_harness import sqs_harness
from tests.support.parts.webhook_harness import webhook_harness


@asynccontextmanager
async def event_hubs(parts: Parts) -> AsyncIterator[Harness]:  # noqa: ARG001 - each kind is started alike
    pytest.importorskip("proton", reason="Qpid Proton is not installed: it takes a C compiler")
    from tests.support.parts.event_hubs.harness import event_hubs_harness  # noqa: PLC0415 - see above

    async with event_hubs_harness() as harness:
        yield harness


HARNESSES = {
    "aws_sqs": sqs_harness,
    "azure_event_hubs": event_hubs,
    "azure_storage_queue": azurite_harness,
    "google_pubsub": pubsub_harness,
    "kafka": kafka_harness,
    "nats_jetstream": nats_harness,
    "rabbitmq": rabbitmq_harness,
    "webhook": webhook_harness,
}


@pytest.fixture(params=sorted(KINDS))
async def harness(request: pytest.FixtureRequest, parts: Parts) -> AsyncIterator[Harness]:
    async with HARNESSES[request.param](parts) as harness:
        yield harness

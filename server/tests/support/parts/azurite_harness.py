"""Azure Queue Storage through Microsoft's emulator: we publish with a signature that may only add, its owner reads with
the account's key.
"""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

import msgspec
from azure.storage.queue import QueueMessage, QueueSasPermissions, generate_queue_sas
from azure.storage.queue.aio import QueueClient

from healthpartner.destinations.contract import DestinationContext
from tests.support.parts.azurite import ACCOUNT, ACCOUNT_KEY
from tests.support.parts.fault_proxy import FaultProxy, fault_proxy
from tests.support.parts.harness import Harness, Stored, queued
from tests.support.parts.session import Parts


def azure_context(port: int, **changes: Any) -> DestinationContext:
    given: dict[str, Any] = {
        "environment": "sandbox",
        "publishing_principal_arn": "",
        "azure_storage_endpoint_url": f"http://127.0.0.1:{port}",
    }
    return DestinationContext(**{**given, **changes})


def signature_for(
    queue_name: str, permissions: str = "a", *, key: str = ACCOUNT_KEY, valid: timedelta = timedelta(hours=1)
) -> str:
    """A shared access signature; `permissions` are the service's letters."""
    allowed = QueueSasPermissions.from_string(permissions)
    return generate_queue_sas(ACCOUNT, queue_name, key, permission=allowed, expiry=datetime.now(UTC) + valid)


@asynccontextmanager
async def owner(port: int, queue_name: str) -> AsyncIterator[QueueClient]:
    credential = {"account_name": ACCOUNT, "account_key": ACCOUNT_KEY}
    async with QueueClient(f"http://127.0.0.1:{port}/{ACCOUNT}", queue_name, credential=credential) as client:
        await client.create_queue()
        yield client


async def read_all(client: QueueClient) -> list[QueueMessage]:
    """Every message in the queue, taken out of it."""
    found = []
    async for message in client.receive_messages(messages_per_page=32):
        found.append(message)
        await client.delete_message(message)
    return found


class AzuriteHarness(Harness):
    kind: ClassVar[str] = "azure_storage_queue"

    def __init__(self, proxy: FaultProxy, client: QueueClient) -> None:
        super().__init__(proxy)
        self._client = client

    def settings(self, port: int, *, missing: bool = False) -> dict[str, Any]:  # noqa: ARG002 - the endpoint is the context's
        name = "nobody-made-this" if missing else self._client.queue_name
        return {"account_name": ACCOUNT, "queue_name": name, "sas_token": signature_for(name)}

    def context(self, port: int, timeout_seconds: float) -> DestinationContext:
        return azure_context(port, timeout_seconds=timeout_seconds)

    async def stored(self) -> list[Stored]:
        return [_verified(message) for message in await read_all(self._client)]


@asynccontextmanager
async def azurite_harness(parts: Parts) -> AsyncIterator[Harness]:
    port = parts.azurite_port
    async with fault_proxy(port) as proxy, owner(port, f"partner-{uuid4().hex}") as client:
        yield AzuriteHarness(proxy, client)


def _verified(message: QueueMessage) -> Stored:
    """A storage queue has no attributes beside the message, which is the envelope itself."""
    text = base64.b64decode(message.content).decode()
    envelope = msgspec.json.decode(text)
    return queued(text, envelope["event_id"], envelope["signature"])

"""Puts one signed envelope into an SQS queue. The signature and the ids also travel as message attributes, so that a
consumer can drop a duplicate or a forgery before it parses anything.
"""

import asyncio
from typing import Any, ClassVar

from msgspec import structs

from healthpartner.core.errors import Detail
from healthpartner.destinations.aws_sqs import settings as queue_settings
from healthpartner.destinations.aws_sqs.clients import ClientKey, ClientPool
from healthpartner.destinations.aws_sqs.faults import SDK_ERRORS, translate
from healthpartner.destinations.aws_sqs.manifest import MANIFEST
from healthpartner.destinations.aws_sqs.settings import AwsSqsSettings
from healthpartner.destinations.contract import (
    Destination,
    DestinationContext,
    Kind,
    Manifest,
    SettingsType,
)
from healthpartner.destinations.limits import LimitedDestination
from healthpartner.events.envelope import Envelope


class AwsSqs(Kind):
    """The kind `aws_sqs`; its clients are shared by the destinations that it opens."""

    type: ClassVar[str] = "aws_sqs"
    Settings: ClassVar[SettingsType] = AwsSqsSettings
    write_only: ClassVar[frozenset[str]] = frozenset()
    manifest: ClassVar[Manifest] = MANIFEST

    def __init__(self) -> None:
        self._pool = ClientPool()

    def validate(self, settings: AwsSqsSettings, context: DestinationContext) -> list[Detail]:  # noqa: ARG002 - the contract's
        return queue_settings.find_faults(settings)

    def open(self, settings: AwsSqsSettings, context: DestinationContext) -> Destination:
        return SqsQueue(settings, context, self._pool)

    def public_view(self, settings: AwsSqsSettings, context: DestinationContext) -> dict[str, Any]:
        return {**structs.asdict(settings), "publishing_principal_arn": context.publishing_principal_arn}


class SqsQueue(LimitedDestination):
    def __init__(self, settings: AwsSqsSettings, context: DestinationContext, pool: ClientPool) -> None:
        super().__init__(context.timeout_seconds, MANIFEST.maximum_bytes)
        self._settings, self._context, self._pool = settings, context, pool
        self._address = queue_settings.address_of(settings)
        self._clients: dict[ClientKey, Any] = {}
        self._opening = asyncio.Lock()

    def message_bytes(self, envelope: Envelope) -> int:
        return message_bytes(envelope)

    async def close(self) -> None:
        clients, self._clients = self._clients, {}
        for key in clients:
            await self._pool.release(key)

    async def send(self, envelope: Envelope) -> str:
        try:
            answer = await self._sent(await self._client(envelope), envelope)
        except SDK_ERRORS as error:
            raise translate(error) from error
        message_id: str = answer["MessageId"]
        return message_id

    async def _sent(self, client: Any, envelope: Envelope) -> Any:
        address = self._address
        ordering = {}
        if address.is_fifo:
            ordering = {
                "MessageGroupId": str(envelope.user_id or envelope.org_id),
                "MessageDeduplicationId": str(envelope.event_id),
            }
        return await client.send_message(
            # Built, not asked for: asking needs one more permission and one more round trip.
            QueueUrl=f"{client.meta.endpoint_url}/{address.account}/{address.name}",
            MessageBody=envelope.to_json(),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in _attributes(envelope).items()
            },
            **ordering,
        )

    async def _client(self, envelope: Envelope) -> Any:
        role = self._settings.role_arn
        external_id = None if role is None else str(envelope.org_id)
        key = ClientKey(asyncio.get_running_loop(), self._context, self._settings.region, role, external_id)
        async with self._opening:
            if key not in self._clients:
                self._clients[key] = await self._pool.acquire(key)
        return self._clients[key]


def message_bytes(envelope: Envelope) -> int:
    """What SQS counts: the body, and each attribute's name, type and value."""
    attributes = _attributes(envelope)
    counted = sum(len(name) + len("String") + len(value.encode()) for name, value in attributes.items())
    return len(envelope.to_json().encode()) + counted


def _attributes(envelope: Envelope) -> dict[str, str]:
    return {
        "event_id": str(envelope.event_id),
        "event_type": envelope.event_type,
        "signed_at": envelope.signed_at,
        "signature": envelope.signature,
    }

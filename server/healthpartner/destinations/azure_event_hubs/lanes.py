"""Connections to one event hub. The vendor's producer sends one event at a time on its connection, so a few of them work
side by side, and each is given up when it was idle for longer than the service may keep it.
"""

import asyncio
import logging
import ssl
from contextlib import suppress
from functools import cache
from typing import Any

from azure.core.credentials import AzureSasCredential
from azure.eventhub import EventData, TransportType
from azure.eventhub.aio import EventHubProducerClient
from azure.eventhub.aio._producer_async import EventHubProducer

from healthpartner.destinations.azure_event_hubs.faults import CLIENT_ERRORS
from healthpartner.destinations.azure_event_hubs.settings import AzureEventHubsSettings, host_of
from healthpartner.destinations.contract import ATTEMPT_SECONDS
from healthpartner.destinations.sessions import CLOSING_SECONDS

# The service closes what is silent for some minutes; the library would notice with the next event, and lose it.
IDLE_SECONDS = 60.0

# At INFO the library writes what goes wrong with its connections, and at DEBUG what it is answered.
logging.getLogger("azure").setLevel(logging.WARNING)


class Producer(EventHubProducer):
    """The vendor's producer without the client around it, which sends again after any error, whatever its retries are
    set to. `writer`: its end of the connection, which it may leave open when it closes after an error.
    """

    writer: asyncio.StreamWriter | None = None

    async def _close_handler_async(self) -> None:
        connection = getattr(self._handler, "_connection", None)
        if connection is not None:
            self.writer = connection._transport.writer  # noqa: SLF001 - there is no other way to it
        await super()._close_handler_async()

    def refusal(self) -> Exception | None:
        """Why the service ended the link; the library leaves it out when an event is under way."""
        link = getattr(self._handler, "_link", None)
        return getattr(link, "_error", None)


class Lane:
    """One producer on one connection. `maximum_bytes`: the largest event that the service takes on it."""

    def __init__(self, client: EventHubProducerClient) -> None:
        self._producer: Any = _producer_of(client)
        self._used_at = asyncio.get_running_loop().time()
        self.maximum_bytes = 0

    @property
    def is_fresh(self) -> bool:
        return asyncio.get_running_loop().time() - self._used_at < IDLE_SECONDS

    async def open(self) -> None:
        await self._producer._open_with_retry()  # noqa: SLF001 - else only the first event opens it
        self.maximum_bytes = self._producer._max_message_size_on_link  # noqa: SLF001 - told nowhere else

    async def send(self, event: EventData, partition_key: str) -> None:
        try:
            await self._producer.send(event, partition_key=partition_key)
        except CLIENT_ERRORS as error:
            raise self._producer.refusal() or error from error
        self._used_at = asyncio.get_running_loop().time()

    async def close(self) -> None:
        try:
            with suppress(TimeoutError, *CLIENT_ERRORS):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await self._producer.close()
        finally:
            if self._producer.writer is not None:
                self._producer.writer.transport.abort()


def client_of(settings: AzureEventHubsSettings, endpoint_url: str | None) -> EventHubProducerClient:
    """What producers are made of. `endpoint_url`: another service than Azure's, which is spoken to in the clear."""
    elsewhere: dict[str, Any] = {}
    if endpoint_url is not None:
        elsewhere = {
            "custom_endpoint_address": endpoint_url,
            "transport_type": TransportType.Amqp,
            "use_tls": False,
        }
    return EventHubProducerClient(
        fully_qualified_namespace=host_of(settings),
        eventhub_name=settings.event_hub_name,
        credential=AzureSasCredential(settings.sas_token),
        retry_total=0,
        # It would wait even before it gives up.
        retry_backoff_factor=0,
        ssl_context=_system_tls(),
        # The attempt keeps the time.
        auth_timeout=2 * ATTEMPT_SECONDS,
        **elsewhere,
    )


@cache
def _system_tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _producer_of(client: EventHubProducerClient) -> Producer:
    """As the client makes its own."""
    address = client._address  # noqa: SLF001 - as above
    make: Any = Producer  # declared abstract by a slip of the library's types
    producer: Producer = make(
        client,
        f"amqps://{address.hostname}{address.path}",
        send_timeout=2 * ATTEMPT_SECONDS,
        amqp_transport=client._amqp_transport,  # noqa: SLF001 - as above
    )
    return producer

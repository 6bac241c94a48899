"""The client of one storage queue, with everything off that would send a message twice or to another host."""

import logging

from azure.storage.queue.aio import QueueClient

from healthpartner.destinations.azure_storage_queue.faults import CLIENT_ERRORS, translate
from healthpartner.destinations.azure_storage_queue.message import text_of
from healthpartner.destinations.azure_storage_queue.settings import AzureStorageQueueSettings, account_url
from healthpartner.destinations.contract import ATTEMPT_SECONDS
from healthpartner.events.envelope import Envelope

NEVER = -1

# At INFO the library writes every request's headers, and its tracing of bodies could be turned on from outside.
logging.getLogger("azure").setLevel(logging.WARNING)


class QueueSession:
    def __init__(self, client: QueueClient) -> None:
        self._client = client

    @property
    def is_usable(self) -> bool:
        return True

    async def send(self, envelope: Envelope) -> str | None:
        try:
            message = await self._client.send_message(text_of(envelope), time_to_live=NEVER)
        except CLIENT_ERRORS as error:
            raise translate(error) from error
        return message.id

    async def close(self) -> None:
        await self._client.close()


def open_session(settings: AzureStorageQueueSettings, endpoint_url: str | None) -> QueueSession:
    client = QueueClient(
        account_url(settings, endpoint_url),
        settings.queue_name,
        credential=settings.sas_token.removeprefix("?"),
        # The library's own retries store copies when only the reply is lost.
        retry_total=0,
        permit_redirects=False,
        logging_enable=False,
        # The attempt keeps the time.
        connection_timeout=2 * ATTEMPT_SECONDS,
        read_timeout=2 * ATTEMPT_SECONDS,
    )
    return QueueSession(client)

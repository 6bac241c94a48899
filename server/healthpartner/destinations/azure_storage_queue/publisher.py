"""The kind `azure_storage_queue`: puts one message into a queue of a storage account."""

from typing import TYPE_CHECKING, ClassVar

from healthpartner.core.errors import Detail
from healthpartner.destinations.azure_storage_queue import settings as queue_settings
from healthpartner.destinations.azure_storage_queue.manifest import MANIFEST
from healthpartner.destinations.azure_storage_queue.message import message_bytes
from healthpartner.destinations.azure_storage_queue.settings import AzureStorageQueueSettings
from healthpartner.destinations.contract import (
    Destination,
    DestinationContext,
    Kind,
    Manifest,
    SettingsType,
)
from healthpartner.destinations.sessions import SessionDestination, needs
from healthpartner.events.envelope import Envelope

if TYPE_CHECKING:
    from healthpartner.destinations.azure_storage_queue.session import QueueSession


class AzureStorageQueue(Kind):
    """The kind `azure_storage_queue`."""

    type: ClassVar[str] = "azure_storage_queue"
    Settings: ClassVar[SettingsType] = AzureStorageQueueSettings
    write_only: ClassVar[frozenset[str]] = frozenset({"sas_token"})
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: AzureStorageQueueSettings, context: DestinationContext) -> list[Detail]:  # noqa: ARG002 - the contract's
        return queue_settings.find_faults(settings)

    def open(self, settings: AzureStorageQueueSettings, context: DestinationContext) -> Destination:
        return StorageQueue(self, settings, context)


class StorageQueue(SessionDestination["QueueSession"]):
    _settings: AzureStorageQueueSettings

    async def connect(self) -> "QueueSession":
        with needs("azure"):
            from healthpartner.destinations.azure_storage_queue.session import open_session  # noqa: PLC0415 - an extra
        return open_session(self._settings, self._context.azure_storage_endpoint_url)

    def message_bytes(self, envelope: Envelope) -> int:
        return message_bytes(envelope)

"""The kind `azure_event_hubs`: sends to an event hub and waits until the service has accepted the event."""

from typing import TYPE_CHECKING, ClassVar

from healthpartner.core.errors import Detail
from healthpartner.destinations.azure_event_hubs import settings as hub_settings
from healthpartner.destinations.azure_event_hubs.manifest import MANIFEST
from healthpartner.destinations.azure_event_hubs.message import message_bytes
from healthpartner.destinations.azure_event_hubs.settings import AzureEventHubsSettings
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
    from healthpartner.destinations.azure_event_hubs.session import HubSession


class AzureEventHubs(Kind):
    """The kind `azure_event_hubs`."""

    type: ClassVar[str] = "azure_event_hubs"
    Settings: ClassVar[SettingsType] = AzureEventHubsSettings
    write_only: ClassVar[frozenset[str]] = frozenset({"sas_token"})
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: AzureEventHubsSettings, context: DestinationContext) -> list[Detail]:  # noqa: ARG002 - the contract's
        return hub_settings.find_faults(settings)

    def open(self, settings: AzureEventHubsSettings, context: DestinationContext) -> Destination:
        return Hub(self, settings, context)


class Hub(SessionDestination["HubSession"]):
    _settings: AzureEventHubsSettings

    async def connect(self) -> "HubSession":
        with needs("azure"):
            from healthpartner.destinations.azure_event_hubs.session import open_session  # noqa: PLC0415 - an extra
        return open_session(self._settings, self._context.azure_event_hubs_endpoint_url)

    def message_bytes(self, envelope: Envelope) -> int:
        return message_bytes(envelope)

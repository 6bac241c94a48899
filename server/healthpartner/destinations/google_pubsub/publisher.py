"""The kind `google_pubsub`: publishes to a topic and waits until Pub/Sub has stored the message."""

from typing import TYPE_CHECKING, ClassVar

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import (
    Destination,
    DestinationContext,
    Kind,
    Manifest,
    SettingsType,
)
from healthpartner.destinations.google_pubsub import settings as topic_settings
from healthpartner.destinations.google_pubsub.manifest import MANIFEST
from healthpartner.destinations.google_pubsub.message import request_bytes
from healthpartner.destinations.google_pubsub.settings import GooglePubsubSettings
from healthpartner.destinations.sessions import SessionDestination, needs
from healthpartner.events.envelope import Envelope

if TYPE_CHECKING:
    from healthpartner.destinations.google_pubsub.session import TopicSession


class GooglePubsub(Kind):
    """The kind `google_pubsub`."""

    type: ClassVar[str] = "google_pubsub"
    Settings: ClassVar[SettingsType] = GooglePubsubSettings
    write_only: ClassVar[frozenset[str]] = frozenset({"service_account_key"})
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: GooglePubsubSettings, context: DestinationContext) -> list[Detail]:  # noqa: ARG002 - the contract's
        return topic_settings.find_faults(settings)

    def open(self, settings: GooglePubsubSettings, context: DestinationContext) -> Destination:
        return Topic(self, settings, context)


class Topic(SessionDestination["TopicSession"]):
    _settings: GooglePubsubSettings

    async def connect(self) -> "TopicSession":
        with needs("google"):
            from healthpartner.destinations.google_pubsub.session import open_session  # noqa: PLC0415 - an extra
        return open_session(self._settings, self._context.google_pubsub_endpoint)

    def message_bytes(self, envelope: Envelope) -> int:
        return request_bytes(envelope, topic_settings.topic_path(self._settings))

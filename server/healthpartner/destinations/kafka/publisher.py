"""The kind `kafka`: produces to a topic and waits until all in-sync replicas have the record."""

from typing import TYPE_CHECKING, ClassVar

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import (
    Destination,
    DestinationContext,
    Kind,
    Manifest,
    SettingsType,
)
from healthpartner.destinations.kafka import settings as topic_settings
from healthpartner.destinations.kafka.manifest import MANIFEST
from healthpartner.destinations.kafka.message import batch_bytes
from healthpartner.destinations.kafka.settings import KafkaSettings
from healthpartner.destinations.sessions import SessionDestination, needs
from healthpartner.events.envelope import Envelope

if TYPE_CHECKING:
    from healthpartner.destinations.kafka.session import TopicSession


class Kafka(Kind):
    """The kind `kafka`."""

    type: ClassVar[str] = "kafka"
    Settings: ClassVar[SettingsType] = KafkaSettings
    write_only: ClassVar[frozenset[str]] = frozenset({"password"})
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: KafkaSettings, context: DestinationContext) -> list[Detail]:
        return topic_settings.find_faults(settings, context)

    def open(self, settings: KafkaSettings, context: DestinationContext) -> Destination:
        return Topic(self, settings, context)


class Topic(SessionDestination["TopicSession"]):
    _settings: KafkaSettings

    async def connect(self) -> "TopicSession":
        with needs("kafka"):
            from healthpartner.destinations.kafka.session import open_session  # noqa: PLC0415 - an extra
        return await open_session(self._settings, private_allowed=self._context.private_webhooks)

    def message_bytes(self, envelope: Envelope) -> int:
        return batch_bytes(envelope)

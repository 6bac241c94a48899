"""The kind `nats_jetstream`: publishes to a subject and waits until its stream has stored the message."""

from typing import TYPE_CHECKING, ClassVar

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import (
    Destination,
    DestinationContext,
    Kind,
    Manifest,
    SettingsType,
)
from healthpartner.destinations.nats_jetstream import settings as subject_settings
from healthpartner.destinations.nats_jetstream.manifest import MANIFEST
from healthpartner.destinations.nats_jetstream.message import message_bytes
from healthpartner.destinations.nats_jetstream.settings import NatsJetstreamSettings
from healthpartner.destinations.sessions import SessionDestination, needs
from healthpartner.events.envelope import Envelope

if TYPE_CHECKING:
    from healthpartner.destinations.nats_jetstream.session import JetstreamSession


class NatsJetstream(Kind):
    """The kind `nats_jetstream`."""

    type: ClassVar[str] = "nats_jetstream"
    Settings: ClassVar[SettingsType] = NatsJetstreamSettings
    write_only: ClassVar[frozenset[str]] = frozenset({"credentials"})
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: NatsJetstreamSettings, context: DestinationContext) -> list[Detail]:
        return subject_settings.find_faults(settings, context)

    def open(self, settings: NatsJetstreamSettings, context: DestinationContext) -> Destination:
        return Subject(self, settings, context)


class Subject(SessionDestination["JetstreamSession"]):
    _settings: NatsJetstreamSettings

    async def connect(self) -> "JetstreamSession":
        with needs("nats"):
            from healthpartner.destinations.nats_jetstream.session import open_session  # noqa: PLC0415 - an extra
        return await open_session(self._settings, private_allowed=self._context.private_webhooks)

    def message_bytes(self, envelope: Envelope) -> int:
        return message_bytes(envelope, self._settings.stream)

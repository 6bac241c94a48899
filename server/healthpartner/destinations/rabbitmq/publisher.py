"""The kind `rabbitmq`: publishes to an exchange and waits until the broker has confirmed the message."""

from typing import TYPE_CHECKING, ClassVar

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import (
    Destination,
    DestinationContext,
    Kind,
    Manifest,
    SettingsType,
)
from healthpartner.destinations.rabbitmq import settings as exchange_settings
from healthpartner.destinations.rabbitmq.manifest import MANIFEST
from healthpartner.destinations.rabbitmq.settings import RabbitmqSettings
from healthpartner.destinations.sessions import SessionDestination, needs
from healthpartner.events.envelope import Envelope

if TYPE_CHECKING:
    from healthpartner.destinations.rabbitmq.session import ExchangeSession


class Rabbitmq(Kind):
    """The kind `rabbitmq`."""

    type: ClassVar[str] = "rabbitmq"
    Settings: ClassVar[SettingsType] = RabbitmqSettings
    write_only: ClassVar[frozenset[str]] = frozenset({"password"})
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: RabbitmqSettings, context: DestinationContext) -> list[Detail]:
        return exchange_settings.find_faults(settings, context)

    def open(self, settings: RabbitmqSettings, context: DestinationContext) -> Destination:
        return Exchange(self, settings, context)


class Exchange(SessionDestination["ExchangeSession"]):
    _settings: RabbitmqSettings

    async def connect(self) -> "ExchangeSession":
        with needs("rabbitmq"):
            from healthpartner.destinations.rabbitmq.session import open_session  # noqa: PLC0415 - an extra
        return await open_session(self._settings, private_allowed=self._context.private_webhooks)

    def message_bytes(self, envelope: Envelope) -> int:
        """RabbitMQ counts the body alone."""
        return len(envelope.to_json().encode())

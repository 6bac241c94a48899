"""The kind `rabbitmq`: publishes to an exchange and waits until the broker has confirmed the message."""

from typing import TYPE_CHECKING, ClassVar

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import (
    Destination,
    DestinationContext,
    Kind,
    Manifest,
    PublishFailed,
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
    maximum_bytes: ClassVar[int] = MANIFEST.maximum_bytes
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: RabbitmqSettings, context: DestinationContext) -> list[Detail]:
        return exchange_settings.find_faults(settings, context)

    def open(self, settings: RabbitmqSettings, context: DestinationContext) -> Destination:
        return Exchange(settings, context)


class Exchange(SessionDestination["ExchangeSession"]):
    def __init__(self, settings: RabbitmqSettings, context: DestinationContext) -> None:
        super().__init__(context.timeout_seconds, MANIFEST.maximum_bytes)
        self._settings, self._context = settings, context

    async def connect(self) -> "ExchangeSession":
        with needs("rabbitmq"):
            from healthpartner.destinations.rabbitmq.session import open_session  # noqa: PLC0415 - an extra
        # Checked again: the settings may be older than today's rules.
        if exchange_settings.find_faults(self._settings, self._context):
            raise PublishFailed("invalid", "the settings are not allowed in this deployment")
        return await open_session(self._settings, private_allowed=self._context.private_webhooks)

    def message_bytes(self, envelope: Envelope) -> int:
        """RabbitMQ counts the body alone."""
        return len(envelope.to_json().encode())

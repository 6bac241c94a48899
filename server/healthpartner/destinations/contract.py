"""What every destination is: a kind of queue knows its settings, checks them and opens one; an open destination makes
one attempt per call, within one wall-clock limit, and says plainly what went wrong.
"""

import asyncio
import ssl
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, Self

from msgspec import Struct, field, structs

from healthpartner.core.clock import Clock, SystemClock
from healthpartner.core.errors import Detail
from healthpartner.events.envelope import Envelope

ATTEMPT_SECONDS = 10.0
PROVIDER_MESSAGE_BYTES = 2048

SettingsType = type[Struct]

FailureKind = Literal[
    "timeout",  # no answer within the limit; the message may have been stored
    "connection",  # unreachable, or the connection broke; the message may have been stored
    "refused",  # answered, and said no for a reason of its own
    "throttled",
    "not_found",  # the queue or path does not exist
    "unauthorized",  # our identity or the given credential may not publish there
    "too_large",
    "invalid",  # the message or the settings are not acceptable to it
    "server",  # it failed by itself
]


class PublishFailed(Exception):
    """An attempt failed. `provider_message` is the provider's own words, at most 2 KiB: for the partner that owns the
    destination only. The error's text is the kind alone, so that a log never quotes a stranger.
    """

    def __init__(self, kind: FailureKind, provider_message: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.provider_message = _shortened(provider_message)


class Receipt(Struct, frozen=True):
    """What a destination answered. `thin`: a link was sent in place of the data."""

    provider_message_id: str | None
    thin: bool


class DestinationContext(Struct, frozen=True, kw_only=True):
    """What the deployment gives every destination. Without an AWS key pair the ambient credential chain is used.
    `webhook_tls` replaces the system's trusted authorities.
    """

    environment: Literal["sandbox", "production"]
    publishing_principal_arn: str
    aws_endpoint_url: str | None = None
    aws_access_key_id: str | None = None
    aws_secret_access_key: str | None = None
    azure_event_hubs_endpoint_url: str | None = None
    azure_storage_endpoint_url: str | None = None
    google_pubsub_endpoint: str | None = None
    allow_private_webhooks: bool = False
    webhook_tls: ssl.SSLContext | None = None
    clock: Clock = field(default_factory=SystemClock)
    timeout_seconds: float = ATTEMPT_SECONDS

    @property
    def private_webhooks(self) -> bool:
        """Whether a webhook may go to this machine or a private network: never in production."""
        return self.allow_private_webhooks and self.environment == "sandbox"

    def __repr__(self) -> str:
        return f"DestinationContext(environment={self.environment!r})"


class Manifest(NamedTuple):
    """What people are told about a kind of destination."""

    title: str
    description: str
    capabilities: tuple[str, ...]
    maximum_bytes: int


class Destination(ABC):
    """An open destination. `close` gives its connections back; publishing again opens new ones."""

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds

    async def publish(self, envelope: Envelope) -> Receipt:
        """One attempt, without retries; raises PublishFailed."""
        try:
            # One limit around everything, since vendors' own timeouts leave out name resolution, tokens and retries.
            async with asyncio.timeout(self._timeout_seconds):
                return await self.attempt(envelope)
        except TimeoutError as late:
            raise PublishFailed("timeout", f"no answer within {self._timeout_seconds:g} s") from late

    @abstractmethod
    async def attempt(self, envelope: Envelope) -> Receipt:
        """The plugin's part of `publish`; `publish` keeps the time."""

    @abstractmethod
    async def close(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()


class Kind(Protocol):
    """A plugin's face, which plugins inherit. `Settings` is what the partner sends; `write_only` names its fields that are never shown."""

    type: ClassVar[str]
    Settings: ClassVar[SettingsType]
    write_only: ClassVar[frozenset[str]]
    manifest: ClassVar[Manifest]

    def validate(self, settings: Any, context: DestinationContext) -> list[Detail]:
        """Everything that is wrong with the settings as far as can be told without a connection."""
        ...

    def open(self, settings: Any, context: DestinationContext) -> Destination:
        """A destination ready to publish; connections are made on the first attempt."""
        ...

    def public_view(self, settings: Any, context: DestinationContext) -> dict[str, Any]:  # noqa: ARG002 - for kinds that show more
        """The settings as shown to the partner."""
        return {name: value for name, value in structs.asdict(settings).items() if name not in self.write_only}


def _shortened(text: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text[:PROVIDER_MESSAGE_BYTES])
    return printable.encode(errors="replace")[:PROVIDER_MESSAGE_BYTES].decode(errors="ignore").strip()

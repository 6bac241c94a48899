"""Posts one event to a partner's HTTPS endpoint. Redirects are not followed and replies hardly read: a receiver gets no
say in where we connect or how much we hold in memory.
"""

import ssl
from functools import cache
from typing import ClassVar

import aiohttp

from healthpartner.core.errors import Detail
from healthpartner.destinations.contract import (
    PROVIDER_MESSAGE_BYTES,
    Destination,
    DestinationContext,
    FailureKind,
    Kind,
    Manifest,
    PublishFailed,
    Receipt,
    SettingsType,
)
from healthpartner.destinations.webhook import settings as endpoint_settings
from healthpartner.destinations.webhook.manifest import MANIFEST
from healthpartner.destinations.webhook.resolver import AddressRefused, CheckedResolver
from healthpartner.destinations.webhook.settings import WebhookSettings
from healthpartner.events.envelope import Envelope

# Below the 5 s after which common servers close an idle connection: reusing a closing one would fail the attempt.
IDLE_CONNECTION_SECONDS = 4.0

_BY_STATUS: dict[int, FailureKind] = {
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    410: "not_found",
    413: "too_large",
    429: "throttled",
}
_SUCCESS = range(200, 300)
_FIRST_SERVER_STATUS = 500


class Webhook(Kind):
    """The kind `webhook`."""

    type: ClassVar[str] = "webhook"
    Settings: ClassVar[SettingsType] = WebhookSettings
    write_only: ClassVar[frozenset[str]] = frozenset()
    manifest: ClassVar[Manifest] = MANIFEST

    def validate(self, settings: WebhookSettings, context: DestinationContext) -> list[Detail]:
        return endpoint_settings.find_faults(settings, private_allowed=context.private_webhooks)

    def open(self, settings: WebhookSettings, context: DestinationContext) -> Destination:
        return Endpoint(settings, context)


class Endpoint(Destination):
    def __init__(self, settings: WebhookSettings, context: DestinationContext) -> None:
        super().__init__(context.timeout_seconds)
        self._settings, self._context = settings, context
        self._session: aiohttp.ClientSession | None = None

    async def attempt(self, envelope: Envelope) -> Receipt:
        # Checked again: the settings may be older than today's rules, and a literal address is never resolved.
        if endpoint_settings.find_faults(self._settings, private_allowed=self._context.private_webhooks):
            raise PublishFailed("invalid", "the webhook's URL is not allowed")
        thin = len(envelope.body.encode()) > MANIFEST.maximum_bytes
        try:
            await self._post(envelope.thin() if thin else envelope)
        except AddressRefused as refused:
            raise PublishFailed("invalid", "the webhook's host does not lead to a public address") from refused
        except (aiohttp.ClientError, OSError) as error:
            # The error's own text is left out: it can hold the URL.
            raise _translate(error) from error
        return Receipt(None, thin)

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(self, envelope: Envelope) -> None:
        request = self._opened().post(
            self._settings.url,
            data=envelope.body.encode(),
            headers={"content-type": "application/json", **envelope.webhook_headers()},
            allow_redirects=False,
        )
        async with request as reply:
            if reply.status not in _SUCCESS:
                raise PublishFailed(_kind(reply.status), f"HTTP {reply.status}: {await _start_of(reply)}")

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=CheckedResolver(private_allowed=self._context.private_webhooks),
                    ssl=self._context.webhook_tls or _system_tls(),
                    use_dns_cache=False,
                    keepalive_timeout=IDLE_CONNECTION_SECONDS,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None),
                headers={"user-agent": "healthpartner-webhook/1", "accept-encoding": "identity"},
            )
        return self._session


@cache
def _system_tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _kind(status: int) -> FailureKind:
    if status >= _FIRST_SERVER_STATUS:
        return "server"
    return _BY_STATUS.get(status, "refused")


async def _start_of(reply: aiohttp.ClientResponse) -> str:
    """The first 2 KiB of a reply; the rest is left on the wire, and the connection is closed for it."""
    start = b""
    while len(start) < PROVIDER_MESSAGE_BYTES:
        piece = await reply.content.read(PROVIDER_MESSAGE_BYTES - len(start))
        if not piece:
            break
        start += piece
    return start.decode(errors="replace")


def _translate(error: Exception) -> PublishFailed:
    if isinstance(error, TimeoutError):
        return PublishFailed("timeout", "the endpoint did not answer in time")
    if isinstance(error, aiohttp.InvalidURL):
        return PublishFailed("invalid", "the webhook's URL is not allowed")
    if isinstance(error, aiohttp.ClientSSLError):
        return PublishFailed("connection", "the endpoint's TLS certificate or handshake is not acceptable")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return PublishFailed("connection", "the endpoint's host name does not resolve")
    return PublishFailed("connection", f"no connection to the endpoint ({type(error).__name__})")

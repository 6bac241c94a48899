"""One connection to a partner's NATS servers. It never reconnects by itself: a broken one is given up, and the next
attempt opens another to an address that was checked.
"""

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import Any

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from healthpartner.destinations.contract import ATTEMPT_SECONDS, PublishFailed
from healthpartner.destinations.hosts import Server, reach
from healthpartner.destinations.nats_jetstream import nkeys
from healthpartner.destinations.nats_jetstream.faults import translate
from healthpartner.destinations.nats_jetstream.message import headers_of, message_bytes
from healthpartner.destinations.nats_jetstream.settings import (
    NatsCredentials,
    NatsJetstreamSettings,
    servers_of,
    uses_tls,
)
from healthpartner.destinations.sessions import CLOSING_SECONDS
from healthpartner.destinations.tls import verified_tls
from healthpartner.events.envelope import Envelope

PING_SECONDS = 30

# What goes wrong is said by the attempt; the library's own lines can quote what it was sent.
logging.getLogger("nats").setLevel(logging.ERROR)


class Connection(Client):
    """`lost` is done, with the failure, once nothing more can be expected of the server."""

    def __init__(self, *, tls: bool) -> None:
        super().__init__()
        self.lost: asyncio.Future[PublishFailed] = asyncio.get_running_loop().create_future()
        self._tls, self._opening = tls, True

    async def _process_info(self, info: dict[str, Any], initial_connection: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's
        # The library would go on in the clear, credentials and all, with a server that does not ask for TLS.
        if initial_connection and self._tls and not info.get("tls_required"):
            raise nats.errors.Error("the server does not speak TLS")
        await super()._process_info(info, initial_connection)

    async def on_error(self, error: Exception) -> None:
        if self._opening:
            # Ends the library's loop over servers, which would try the same address for ever.
            raise error
        if "permissions violation" in str(error).lower():
            # The server answers a forbidden publish in this way only; the reply would never come.
            self.lose(error)

    def opened(self) -> None:
        self._opening = False

    async def on_close(self) -> None:
        self.lose(self.last_error or nats.errors.ConnectionClosedError())

    def lose(self, error: Exception) -> None:
        if not self.lost.done():
            self.lost.set_result(translate(error))

    def sign_with(self, seed: str, jwt: str | None) -> dict[str, Any]:
        """The options that prove the identity of an NKey; the library's own way would need one more package."""
        key = nkeys.key_of(seed)
        self._public_nkey = nkeys.public_text(key)
        return {
            "signature_cb": partial(nkeys.sign, key),
            "user_jwt_cb": None if jwt is None else partial(bytearray, jwt.encode()),
        }


class JetstreamSession:
    def __init__(self, client: Connection, settings: NatsJetstreamSettings) -> None:
        self._client, self._settings = client, settings
        self._jetstream = client.jetstream()

    @property
    def is_usable(self) -> bool:
        return self._client.is_connected and not self._client.lost.done()

    async def send(self, envelope: Envelope) -> str | None:
        """The stream and the sequence number of the stored message."""
        if message_bytes(envelope, self._settings.stream) > self._client.max_payload:
            raise PublishFailed("too_large", f"max_payload of the server is {self._client.max_payload}")
        publishing = asyncio.ensure_future(self._publish(envelope))
        try:
            waiting: set[asyncio.Future[Any]] = {publishing, self._client.lost}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if publishing.done():
                return publishing.result()
            raise self._client.lost.result()
        finally:
            publishing.cancel()
            with suppress(asyncio.CancelledError, PublishFailed):
                await publishing

    async def close(self) -> None:
        with suppress(OSError, nats.errors.Error):
            await self._client.close()

    async def _publish(self, envelope: Envelope) -> str:
        try:
            stored = await self._jetstream.publish(
                self._settings.subject,
                envelope.to_json().encode(),
                # The attempt keeps the time.
                timeout=2 * ATTEMPT_SECONDS,
                headers=headers_of(envelope, self._settings.stream),
            )
        except (OSError, ValueError, nats.errors.Error) as error:
            raise translate(error) from error
        return f"{stored.stream}:{stored.seq}"


async def open_session(settings: NatsJetstreamSettings, *, private_allowed: bool) -> JetstreamSession:
    client = await reach(servers_of(settings), partial(_connect, settings), private_allowed=private_allowed)
    return JetstreamSession(client, settings)


async def _connect(settings: NatsJetstreamSettings, server: Server, address: str) -> Connection:
    client = Connection(tls=uses_tls(settings))
    host = f"[{address}]" if ":" in address else address
    try:
        await client.connect(
            f"nats://{host}:{server.port}",
            name="healthpartner",
            error_cb=client.on_error,
            closed_cb=client.on_close,
            allow_reconnect=False,
            connect_timeout=int(2 * ATTEMPT_SECONDS),
            ping_interval=PING_SECONDS,
            **_identity(settings.credentials or NatsCredentials(), client),
            **_tls(settings, server),
        )
        client.opened()
    except BaseException as error:
        await _give_up(client)
        if isinstance(error, (OSError, nats.errors.Error)):
            raise translate(error) from error
        raise
    return client


def _identity(credentials: NatsCredentials, client: Connection) -> dict[str, Any]:
    if credentials.nkey_seed is not None:
        return client.sign_with(credentials.nkey_seed, None)
    if credentials.creds is not None:
        creds = nkeys.parse_creds(credentials.creds)
        return client.sign_with(creds.seed, creds.jwt)
    return {"user": credentials.username, "password": credentials.password, "token": credentials.token}


def _tls(settings: NatsJetstreamSettings, server: Server) -> dict[str, Any]:
    if not uses_tls(settings):
        return {}
    return {"tls": verified_tls(server.host, settings.ca_certificate), "tls_hostname": server.host}


async def _give_up(client: Connection) -> None:
    with suppress(OSError, nats.errors.Error):
        async with asyncio.timeout(CLOSING_SECONDS):
            await client.close()

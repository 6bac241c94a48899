"""One connection and one channel to a partner's RabbitMQ, without the client library's own reconnecting: a broken one is
given up, and the next attempt opens another to an address that was checked.
"""

import asyncio
import logging
from contextlib import suppress
from functools import partial

import aio_pika
from aio_pika import Exchange
from aio_pika.abc import AbstractConnection
from pamqp.commands import Connection
from yarl import URL

from healthpartner.destinations.hosts import Server, reach
from healthpartner.destinations.rabbitmq.faults import CLIENT_ERRORS, translate
from healthpartner.destinations.rabbitmq.settings import RabbitmqSettings, server_of
from healthpartner.destinations.sessions import CLOSING_SECONDS
from healthpartner.destinations.tls import verified_tls
from healthpartner.events.envelope import Envelope

# A broker that went silent is noticed after three of these.
HEARTBEAT_SECONDS = 10

for _name in ("aio_pika", "aiormq"):
    # At DEBUG the library writes whole messages, which hold health data; what goes wrong is said by the attempt.
    logging.getLogger(_name).setLevel(logging.CRITICAL)

# The library would take the answer to a virtual host that is missing or closed to the user for a broken frame, and drop
# the broker's words.
Connection.Open.valid_responses = ["Connection.OpenOk", "Connection.Close"]


class ExchangeSession:
    def __init__(self, connection: AbstractConnection, exchange: Exchange, routing_key: str | None) -> None:
        self._connection, self._exchange, self._routing_key = connection, exchange, routing_key

    @property
    def is_usable(self) -> bool:
        return not (self._connection.is_closed or self._exchange.channel.is_closed)

    async def send(self, envelope: Envelope) -> str | None:
        """RabbitMQ gives messages no id of its own."""
        try:
            await self._exchange.publish(
                _message(envelope),
                self._routing_key or envelope.event_type,
                # A message that no queue takes comes back, and is a failure then.
                mandatory=True,
            )
        except CLIENT_ERRORS as error:
            raise translate(error) from error
        return None

    async def close(self) -> None:
        await _end(self._connection)


async def open_session(settings: RabbitmqSettings, *, private_allowed: bool) -> ExchangeSession:
    connect = partial(_connect, settings)
    connection = await reach([server_of(settings)], connect, private_allowed=private_allowed)
    try:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        # Named without asking for it: asking takes a permission more. The empty name is the default exchange.
        exchange = Exchange(channel, settings.exchange)
    except BaseException as error:
        await _end(connection)
        if isinstance(error, CLIENT_ERRORS):
            raise translate(error) from error
        raise
    return ExchangeSession(connection, exchange, settings.routing_key)


async def _connect(settings: RabbitmqSettings, server: Server, address: str) -> AbstractConnection:
    url = URL.build(
        scheme="amqps" if settings.tls else "amqp",
        host=address,
        port=server.port,
        user=settings.username,
        password=settings.password,
        path="/" + ("" if settings.virtual_host == "/" else settings.virtual_host),
        query={"heartbeat": HEARTBEAT_SECONDS},
    )
    tls = verified_tls(server.host, settings.ca_certificate) if settings.tls else None
    connection = aio_pika.Connection(url, ssl_context=tls)
    try:
        await connection.connect()
    except BaseException as error:
        await _end(connection)
        if isinstance(error, CLIENT_ERRORS):
            raise translate(error) from error
        raise
    return connection


async def _end(connection: AbstractConnection) -> None:
    with suppress(*CLIENT_ERRORS):
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await connection.close()
        finally:
            # Cut short, it is left half closed, and would start a task of its own to close itself, at any time.
            await connection.close()


def _message(envelope: Envelope) -> aio_pika.Message:
    return aio_pika.Message(
        envelope.to_json().encode(),
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=str(envelope.event_id),
        type=envelope.event_type,
        app_id="healthpartner",
        headers={
            "event_id": str(envelope.event_id),
            "event_type": envelope.event_type,
            "signed_at": envelope.signed_at,
            "signature": envelope.signature,
        },
    )

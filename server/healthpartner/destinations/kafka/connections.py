"""Connections to the brokers of one Kafka cluster, each to an address that was checked, whatever address the cluster
advertises for it.
"""

import asyncio
import logging
from typing import Any

from aiokafka.conn import AIOKafkaConnection  # type: ignore[import-untyped]

from healthpartner.destinations.contract import ATTEMPT_SECONDS
from healthpartner.destinations.hosts import Server, reach
from healthpartner.destinations.kafka.faults import CLIENT_ERRORS, translate
from healthpartner.destinations.kafka.settings import KafkaSettings, servers_of
from healthpartner.destinations.tls import verified_tls

# At DEBUG the library writes whole requests, which hold health data and passwords, and at INFO the user's name.
logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


class Connections:
    """One connection per broker, opened on first use. None is opened again by itself."""

    def __init__(self, settings: KafkaSettings, *, private_allowed: bool) -> None:
        self._settings, self._private_allowed = settings, private_allowed
        self._open: dict[Server, Any] = {}
        self._opening = asyncio.Lock()

    async def ask_any(self, request: Any) -> Any:
        """The answer of a bootstrap server."""
        servers = servers_of(self._settings)
        connection = await reach(servers, self._connect, private_allowed=self._private_allowed)
        try:
            return await _asked(connection, request)
        finally:
            connection.close()

    async def ask(self, broker: Server, request: Any) -> Any:
        async with self._opening:
            # A broker closes connections that were idle for some minutes. Nothing was sent on it, so this is no retry.
            if broker not in self._open or not self._open[broker].connected():
                self._open[broker] = await reach([broker], self._connect, private_allowed=self._private_allowed)
        return await _asked(self._open[broker], request)

    async def close(self) -> None:
        connections, self._open = self._open, {}
        closing = [connection.close() for connection in connections.values()]
        if closing:
            await asyncio.wait(closing)

    async def _connect(self, server: Server, address: str) -> Any:
        settings, tls = self._settings, None
        if settings.uses_tls:
            tls = verified_tls(server.host, settings.ca_certificate)
        connection = AIOKafkaConnection(
            address,
            server.port,
            client_id="healthpartner",
            # The attempt keeps the time.
            request_timeout_ms=int(2 * ATTEMPT_SECONDS * 1000),
            ssl_context=tls,
            security_protocol=settings.security_protocol.upper(),
            sasl_mechanism=settings.sasl_mechanism,
            sasl_plain_username=settings.username,
            sasl_plain_password=settings.password,
        )
        try:
            await connection.connect()
        except CLIENT_ERRORS as error:
            raise translate(error) from error
        return connection


async def _asked(connection: Any, request: Any) -> Any:
    try:
        return await connection.send(request)
    except CLIENT_ERRORS as error:
        raise translate(error) from error

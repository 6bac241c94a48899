"""RabbitMQ through a real broker, read from the queue behind the exchange with a connection of its owner's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from healthpartner.destinations.contract import DestinationContext
from tests.support.parts.fault_proxy import FaultProxy, fault_proxy
from tests.support.parts.harness import Harness, Stored, queued
from tests.support.parts.nats_harness import private_context
from tests.support.parts.session import Parts


@asynccontextmanager
async def owner(port: int) -> AsyncIterator[AbstractChannel]:
    connection = await aio_pika.connect(f"amqp://guest:guest@127.0.0.1:{port}/")
    async with connection, connection.channel() as channel:
        yield channel


async def read_all(queue: AbstractQueue) -> list[AbstractIncomingMessage]:
    """Every message in the queue, taken out of it."""
    found = []
    while (message := await queue.get(no_ack=True, fail=False)) is not None:
        found.append(message)
    return found


class RabbitmqHarness(Harness):
    kind: ClassVar[str] = "rabbitmq"

    def __init__(self, proxy: FaultProxy, name: str, queue: AbstractQueue) -> None:
        super().__init__(proxy)
        self._name, self._queue = name, queue

    def settings(self, port: int, *, missing: bool = False) -> dict[str, Any]:
        return {
            "host": "127.0.0.1",
            "port": port,
            "tls": False,
            "username": "guest",
            "password": "guest",
            "exchange": "nobody-made-this" if missing else self._name,
        }

    def context(self, port: int, timeout_seconds: float) -> DestinationContext:  # noqa: ARG002 - the port is the settings'
        return private_context(timeout_seconds=timeout_seconds)

    async def stored(self) -> list[Stored]:
        return [_verified(message) for message in await read_all(self._queue)]


@asynccontextmanager
async def rabbitmq_harness(parts: Parts) -> AsyncIterator[Harness]:
    port, name = parts.rabbitmq.port, f"partner-{uuid4().hex}"
    async with fault_proxy(port) as proxy, owner(port) as channel:
        exchange = await channel.declare_exchange(name, "topic")
        queue = await channel.declare_queue(name, durable=True)
        await queue.bind(exchange, "#")
        yield RabbitmqHarness(proxy, name, queue)


def _verified(message: AbstractIncomingMessage) -> Stored:
    headers = {name: str(value) for name, value in message.headers.items()}
    assert message.message_id == headers["event_id"]
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    return queued(message.body.decode(), headers["event_id"], headers["signature"])

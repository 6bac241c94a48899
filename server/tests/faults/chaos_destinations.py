"""Six kinds of destination for the chaos run, each with its share of the events and a way for its owner to read them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from healthpartner.events.event import Event, Stream
from tests.support.parts import nats_harness, rabbitmq_harness, sqs_harness
from tests.support.parts.kafka_harness import headers_of
from tests.support.parts.ministack import ACCOUNT
from tests.support.parts.nats_server import KillableNats
from tests.support.parts.session import Parts
from tests.support.parts.webhook_receiver import webhook_receiver
from tests.support.sinks import SocketServer

REGION = sqs_harness.REGION


class Told(Event, frozen=True):
    type: ClassVar[str] = "test.told"
    stream: ClassVar[Stream] = "device_data"
    example: ClassVar[dict[str, Any]] = {"number": 1}

    number: int


class ToldToLabs(Told, frozen=True):
    stream: ClassVar[Stream] = "lab_results"


class ToldToCoaches(Told, frozen=True):
    stream: ClassVar[Stream] = "coach_nudges"


class ToldToPrograms(Told, frozen=True):
    stream: ClassVar[Stream] = "program_updates"


class ToldToAccounts(Told, frozen=True):
    stream: ClassVar[Stream] = "account"


@dataclass(frozen=True)
class Sink:
    """`share` of 50 events go to it. `arrived` answers the ids of what it was given, copies included."""

    org: str
    event: type[Told]
    share: int
    settings: dict[str, Any]
    arrived: Callable[[], Awaitable[list[str]]]


@asynccontextmanager
async def sinks(parts: Parts, nats: KillableNats, folder: Path) -> AsyncIterator[tuple[list[Sink], SocketServer]]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(SocketServer(folder / "sink"))
        opened = [
            socket_sink(server),
            await nats_sink(nats),
            await stack.enter_async_context(rabbitmq_sink(parts.rabbitmq.port)),
            await kafka_sink(parts),
            await stack.enter_async_context(webhook_sink()),
            await stack.enter_async_context(sqs_sink(parts.ministack_port)),
        ]
        yield opened, server


def socket_sink(server: SocketServer) -> Sink:
    async def arrived() -> list[str]:
        return server.arrived

    return Sink("Acme", Told, 20, {"type": "socket", "socket": {"path": str(server.path)}}, arrived)


async def nats_sink(nats: KillableNats) -> Sink:
    async with nats_harness.owner(nats.port) as client:
        await client.jsm().add_stream(name="chaos", subjects=["chaos.>"])

    async def arrived() -> list[str]:
        async with nats_harness.owner(nats.port) as client:
            messages = await nats_harness.read_all(client, "chaos")
            return [(message.headers or {})["event_id"] for message in messages]

    server = {"servers": [f"nats://127.0.0.1:{nats.port}"], "subject": "chaos.events", "credentials": {"token": "any"}}
    return Sink("Acme", ToldToLabs, 10, {"type": "nats_jetstream", "nats_jetstream": server}, arrived)


@asynccontextmanager
async def rabbitmq_sink(port: int) -> AsyncIterator[Sink]:
    async with rabbitmq_harness.owner(port) as channel:
        exchange = await channel.declare_exchange("chaos", "topic")
        queue = await channel.declare_queue("chaos", durable=True)
        await queue.bind(exchange, "#")

        async def arrived() -> list[str]:
            return [str(message.message_id) for message in await rabbitmq_harness.read_all(queue)]

        where = {"host": "127.0.0.1", "port": port, "tls": False, "exchange": "chaos"}
        settings = {"type": "rabbitmq", "rabbitmq": {**where, "username": "guest", "password": "guest"}}
        yield Sink("Acme", ToldToCoaches, 8, settings, arrived)


async def kafka_sink(parts: Parts) -> Sink:
    cluster = parts.kafka
    topic = await asyncio.to_thread(cluster.make_topic)

    async def arrived() -> list[str]:
        return [headers_of(record)["event_id"] for record in await asyncio.to_thread(cluster.read_all, topic)]

    where = {"bootstrap_servers": [f"127.0.0.1:{cluster.port}"], "topic": topic, "security_protocol": "plaintext"}
    return Sink("Acme", ToldToPrograms, 7, {"type": "kafka", "kafka": where}, arrived)


@asynccontextmanager
async def webhook_sink() -> AsyncIterator[Sink]:
    async with webhook_receiver(plain_http=True) as receiver:

        async def arrived() -> list[str]:
            return [call.headers["webhook-id"] for call in receiver.calls]

        where = {"url": f"http://127.0.0.1:{receiver.port}/events"}
        yield Sink("Acme", ToldToAccounts, 4, {"type": "webhook", "webhook": where}, arrived)


@asynccontextmanager
async def sqs_sink(port: int) -> AsyncIterator[Sink]:
    async with sqs_harness.sqs_client(port) as client:
        url = (await client.create_queue(QueueName="chaos"))["QueueUrl"]

        async def arrived() -> list[str]:
            messages = await sqs_harness.read_all(client, url)
            return [message["MessageAttributes"]["event_id"]["StringValue"] for message in messages]

        where = {"queue_arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:chaos", "region": REGION}
        yield Sink("Globex", Told, 1, {"type": "aws_sqs", "aws_sqs": where}, arrived)

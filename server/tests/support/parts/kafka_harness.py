"""Kafka through librdkafka's mock cluster, which tells clients that its broker is behind the fault proxy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from confluent_kafka import Message

from healthpartner.destinations.contract import DestinationContext
from tests.support.parts.fault_proxy import FaultProxy, fault_proxy
from tests.support.parts.harness import Harness, Stored, queued
from tests.support.parts.kafka_cluster import KafkaCluster
from tests.support.parts.kafka_gate import gate
from tests.support.parts.nats_harness import private_context
from tests.support.parts.session import Parts


class KafkaHarness(Harness):
    kind: ClassVar[str] = "kafka"

    def __init__(self, proxy: FaultProxy, cluster: KafkaCluster, topic: str) -> None:
        super().__init__(proxy)
        self._cluster, self._topic = cluster, topic

    def settings(self, port: int, *, missing: bool = False) -> dict[str, Any]:
        return {
            "bootstrap_servers": [f"127.0.0.1:{port}"],
            "topic": "nobody-made-this" if missing else self._topic,
            "security_protocol": "plaintext",
        }

    def context(self, port: int, timeout_seconds: float) -> DestinationContext:  # noqa: ARG002 - the port is the settings'
        return private_context(timeout_seconds=timeout_seconds)

    async def stored(self) -> list[Stored]:
        records = await asyncio.to_thread(self._cluster.read_all, self._topic)
        return [_verified(record) for record in records]


@asynccontextmanager
async def kafka_harness(parts: Parts) -> AsyncIterator[Harness]:
    cluster = parts.kafka
    async with gate(cluster.port) as front, fault_proxy(front.port) as proxy:
        front.advertised_port = proxy.port
        yield KafkaHarness(proxy, cluster, await asyncio.to_thread(cluster.make_topic))


def headers_of(record: Message) -> dict[str, str]:
    pairs = [pair for pair in record.headers() or [] if isinstance(pair, tuple)]
    return {name: value.decode() for name, value in pairs if isinstance(value, bytes)}


def _verified(record: Message) -> Stored:
    headers, value = headers_of(record), record.value()
    assert value is not None
    return queued(value.decode(), headers["event_id"], headers["signature"])

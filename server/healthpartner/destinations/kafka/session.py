"""One Kafka cluster as this platform uses it: where the topic's partitions are, and one produce request per attempt. The
library's own producer is left aside: it sends again by itself for as long as it takes, keeps connecting to whatever the
cluster advertises, and has no way to turn either off.
"""

from typing import Any, NamedTuple

from aiokafka.partitioner import murmur2  # type: ignore[import-untyped]
from aiokafka.protocol.metadata import MetadataRequest  # type: ignore[import-untyped]
from aiokafka.protocol.produce import ProduceRequest  # type: ignore[import-untyped]
from aiokafka.record.default_records import DefaultRecordBatchBuilder  # type: ignore[import-untyped]

from healthpartner.destinations.contract import ATTEMPT_SECONDS, PublishFailed
from healthpartner.destinations.hosts import Server, server_fault
from healthpartner.destinations.kafka.connections import Connections
from healthpartner.destinations.kafka.faults import refused
from healthpartner.destinations.kafka.message import batch_bytes, headers_of, key_of
from healthpartner.destinations.kafka.settings import KafkaSettings
from healthpartner.events.envelope import Envelope

ALL_REPLICAS = -1
_NO_PRODUCER = -1
_RECORD_BATCH = 2
_UNCOMPRESSED = 0


class Layout(NamedTuple):
    """Where a topic is: the broker that leads each partition, by number; None while there is no leader."""

    leaders: dict[int, Server | None]

    def partition_of(self, key: bytes) -> int:
        """As Kafka's own clients place a key, so that a partner's other producers agree."""
        numbers = sorted(self.leaders)
        placed: int = (murmur2(key) & 0x7FFF_FFFF) % len(numbers)
        return numbers[placed]


class TopicSession:
    def __init__(self, settings: KafkaSettings, connections: Connections, layout: Layout) -> None:
        self._topic, self._connections, self._layout = settings.topic, connections, layout

    @property
    def is_usable(self) -> bool:
        return True

    async def send(self, envelope: Envelope) -> str:
        """The topic, partition and offset of the record."""
        partition = self._layout.partition_of(key_of(envelope))
        leader = self._layout.leaders[partition]
        if leader is None:
            raise PublishFailed("server", f"partition {partition} has no leader")
        request = ProduceRequest(
            transactional_id=None,
            required_acks=ALL_REPLICAS,
            timeout=int(ATTEMPT_SECONDS * 1000),
            topics=[(self._topic, [(partition, _batch(envelope))])],
        )
        answer = await self._connections.ask(leader, request)
        ((_, ((_, error_code, offset, *_),)),) = answer.topics
        if error_code:
            raise refused(error_code)
        return f"{self._topic}:{partition}:{offset}"

    async def close(self) -> None:
        await self._connections.close()


async def open_session(settings: KafkaSettings, *, private_allowed: bool) -> TopicSession:
    connections = Connections(settings, private_allowed=private_allowed)
    # The cluster may make topics on demand; one that the partner did not make is missing all the same.
    request = MetadataRequest([settings.topic], allow_auto_topic_creation=False)
    layout = _layout(await connections.ask_any(request))
    for leader in set(layout.leaders.values()):
        if leader is not None and server_fault(leader, private_allowed=private_allowed) is not None:
            raise PublishFailed("invalid", f"the cluster advertises {leader.host}:{leader.port}, which is not allowed")
    return TopicSession(settings, connections, layout)


def _layout(answer: Any) -> Layout:
    brokers = {node_id: Server(host.lower(), port) for node_id, host, port, *_ in answer.brokers}
    ((error_code, _, _, partitions),) = answer.topics
    if error_code:
        raise refused(error_code)
    return Layout({number: brokers.get(leader) for _, number, leader, *_ in partitions})


def _batch(envelope: Envelope) -> bytes:
    builder = DefaultRecordBatchBuilder(
        _RECORD_BATCH,
        _UNCOMPRESSED,
        is_transactional=0,
        # Without a producer's number: a broker compares numbers to drop copies that a producer's retries make, and
        # there are none here. It would take a permission more, and one attempt at a time.
        producer_id=_NO_PRODUCER,
        producer_epoch=_NO_PRODUCER,
        base_sequence=_NO_PRODUCER,
        batch_size=batch_bytes(envelope),
    )
    builder.append(0, None, key_of(envelope), envelope.to_json().encode(), headers_of(envelope))
    return bytes(builder.build())

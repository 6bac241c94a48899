"""A Kafka cluster as librdkafka plays it: the wire protocol, partitions and headers in memory, blind to credentials."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition

_PARTITIONS = 4
_SECONDS = 10.0


class KafkaCluster:
    """One broker with topics of four partitions, for as long as the producer that plays it lives."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        (broker,) = producer.list_topics(timeout=_SECONDS).brokers.values()
        self.port: int = broker.port

    def make_topic(self) -> str:
        name = f"partner-{uuid4().hex}"
        assert len(self._producer.list_topics(name, timeout=_SECONDS).topics[name].partitions) == _PARTITIONS
        return name

    def read_all(self, topic: str) -> list[Message]:
        """Every record of the topic, read with another client library than the one that wrote it."""
        consumer = Consumer({"bootstrap.servers": f"127.0.0.1:{self.port}", "group.id": "owner"})
        try:
            partitions = [TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(_PARTITIONS)]
            ends = [consumer.get_watermark_offsets(partition, timeout=_SECONDS)[1] for partition in partitions]
            consumer.assign(partitions)
            found: list[Message] = []
            while len(found) < sum(ends):
                found += consumer.consume(sum(ends) - len(found), timeout=_SECONDS)
            return found
        finally:
            consumer.close()


@contextmanager
def kafka_cluster() -> Iterator[KafkaCluster]:
    settings = {"test.mock.num.brokers": 1, "bootstrap.servers": "ignored:1", "log_level": 3}
    producer = Producer(settings)
    try:
        yield KafkaCluster(producer)
    finally:
        producer.flush(1.0)

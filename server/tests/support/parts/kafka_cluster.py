"""A Kafka cluster as librdkafka plays it: the wire protocol, partitions and headers in memory, blind to credentials. It
has no lists of who may do what, but it refuses what it is told to, with a real broker's error codes and in the same answers.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import confluent_kafka
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition

_PARTITIONS = 4
_SECONDS = 10.0
_PRODUCER = 0
_PRODUCE, _INIT_PRODUCER_ID = 0, 22
_TOPIC_DENIED, _CLUSTER_DENIED = 29, 31
# More than any test makes.
_REQUESTS = 100


class KafkaCluster:
    """One broker with topics of four partitions; `address` is what the library knows it by."""

    def __init__(self, library: ctypes.CDLL, address: ctypes.c_void_p) -> None:
        self._library, self._address = library, address
        self.port = int(library.rd_kafka_mock_cluster_bootstraps(address).decode().rpartition(":")[2])

    def make_topic(self) -> str:
        name = f"partner-{uuid4().hex}"
        assert self._library.rd_kafka_mock_topic_create(self._address, name.encode(), _PARTITIONS, 1) == 0
        return name

    @contextmanager
    def denying_describe(self, topic: str) -> Iterator[None]:
        """Nobody may see the topic: a broker says so when it is asked where the topic is."""
        self._library.rd_kafka_mock_topic_set_error(self._address, topic.encode(), _TOPIC_DENIED)
        try:
            yield
        finally:
            self._library.rd_kafka_mock_topic_set_error(self._address, topic.encode(), 0)

    @contextmanager
    def denying_write(self) -> Iterator[None]:
        """Nobody may write to any topic: a broker says so in the answer to the records."""
        with self._denying(_PRODUCE, _TOPIC_DENIED):
            yield

    @contextmanager
    def denying_producer_numbers(self) -> Iterator[None]:
        """Nobody may write idempotently, which is a right on the cluster."""
        with self._denying(_INIT_PRODUCER_ID, _CLUSTER_DENIED):
            yield

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
    def _denying(self, request: int, error_code: int) -> Iterator[None]:
        errors = (ctypes.c_int * _REQUESTS)(*[error_code] * _REQUESTS)
        self._library.rd_kafka_mock_push_request_errors_array(self._address, request, _REQUESTS, errors)
        try:
            yield
        finally:
            self._library.rd_kafka_mock_clear_request_errors(self._address, request)


@contextmanager
def kafka_cluster() -> Iterator[KafkaCluster]:
    library = _library()
    configuration = ctypes.c_void_p(library.rd_kafka_conf_new())
    library.rd_kafka_conf_set(configuration, b"log_level", b"3", None, ctypes.c_size_t(0))
    player = ctypes.c_void_p(library.rd_kafka_new(_PRODUCER, configuration, None, ctypes.c_size_t(0)))
    address = ctypes.c_void_p(library.rd_kafka_mock_cluster_new(player, 1))
    try:
        yield KafkaCluster(library, address)
    finally:
        library.rd_kafka_mock_cluster_destroy(address)
        library.rd_kafka_destroy(player)


def _library() -> ctypes.CDLL:
    """librdkafka, which the client's own module has loaded but offers only a part of."""
    library = ctypes.CDLL(confluent_kafka.cimpl.__file__)
    library.rd_kafka_conf_new.restype = ctypes.c_void_p
    library.rd_kafka_new.restype = ctypes.c_void_p
    library.rd_kafka_mock_cluster_new.restype = ctypes.c_void_p
    library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    return library

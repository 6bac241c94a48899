"""The parts that one run of the tests has started, each on its first use."""

from contextlib import ExitStack
from functools import cached_property

from tests.support.parts.azurite import azurite
from tests.support.parts.kafka_cluster import KafkaCluster, kafka_cluster
from tests.support.parts.ministack import ministack
from tests.support.parts.moto_server import moto_server
from tests.support.parts.nats_server import nats_server
from tests.support.parts.rabbitmq_server import Broker, rabbitmq_server


class Parts:
    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    @cached_property
    def azurite_port(self) -> int:
        return self._stack.enter_context(azurite())

    @cached_property
    def ministack_port(self) -> int:
        return self._stack.enter_context(ministack())

    @cached_property
    def moto_port(self) -> int:
        return self._stack.enter_context(moto_server())

    @cached_property
    def nats_port(self) -> int:
        return self._stack.enter_context(nats_server())

    @cached_property
    def rabbitmq(self) -> Broker:
        return self._stack.enter_context(rabbitmq_server())

    @cached_property
    def kafka(self) -> KafkaCluster:
        return self._stack.enter_context(kafka_cluster())

"""Event Hubs on Proton's engine: tokens are checked, hubs have partitions, and events can be refused or lost on demand.
Ours, so it proves how the vendor's client is used, and not how Azure behaves.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import uuid4
from zlib import crc32

from proton import Condition, Delivery, Message, symbol, timestamp
from proton.handlers import MessagingHandler
from proton.reactor import ApplicationEvent, Container, EventInjector

from tests.support.parts.event_hubs.tokens import fault_of, policy_of
from tests.support.parts.ports import free_port

HOST = "partner-hubs.servicebus.windows.net"
KEYS = {"publisher": "a-key-that-may-send", "reader": "a-key-that-may-listen"}
PARTITIONS = 2

Fault = Literal["server-busy", "drop", "hang"]
_SERVICE_ADDRESSES = {"$cbs", "$management"}
_CREDIT = 300
_NO_HUB = "The messaging entity could not be found."
_NO_CLAIM = "Unauthorized access. '{claim}' claim(s) are required to perform this operation."


class EventHubs(MessagingHandler):  # type: ignore[misc]
    """`fault`: what happens to events from now on. `sent`: how many arrived, whatever came of them. A hub takes messages
    of `maximum_bytes`.
    """

    def __init__(self, port: int) -> None:
        super().__init__(prefetch=0, auto_accept=False)
        self.port, self.sent = port, 0
        self.fault: Fault | None = None
        self.maximum_bytes = 1_048_576
        self._hubs: dict[str, list[list[bytes]]] = {}
        self._policies: dict[Any, set[str]] = {}
        self._answers: dict[tuple[Any, str], Any] = {}
        self.listening = threading.Event()

    def make_hub(self) -> str:
        name = f"partner-{uuid4().hex}"
        self._hubs[name] = [[] for _ in range(PARTITIONS)]
        return name

    def messages(self, hub: str) -> list[Message]:
        return [_decoded(raw) for partition in self._hubs[hub] for raw in partition]

    def on_start(self, event: Any) -> None:
        self._container = event.container
        self._acceptor = self._container.listen(f"127.0.0.1:{self.port}")
        self.listening.set()

    def on_stop(self, event: Any) -> None:  # noqa: ARG002 - Proton's
        self._acceptor.close()
        self._container.stop()

    def on_link_opening(self, event: Any) -> None:
        link = event.link
        address = (link.remote_target if link.is_receiver else link.remote_source).address or ""
        link.source.address, link.target.address = link.remote_source.address, link.remote_target.address
        link.path = urlsplit(address).path.strip("/") if "://" in address else address
        if link.path in _SERVICE_ADDRESSES:
            if link.is_receiver:
                link.flow(_CREDIT)
            else:
                self._answers[event.connection, link.path] = link
        elif link.is_receiver:
            link.max_message_size = self.maximum_bytes
        else:
            link.waiting = list(self._partition_of(link.path))

    def on_sendable(self, event: Any) -> None:
        link = event.link
        while link.credit > 0 and getattr(link, "waiting", None):
            number, stored = link.waiting.pop(0)
            message = _decoded(stored)
            position = {"x-opt-sequence-number": number, "x-opt-offset": str(number)}
            received = {"x-opt-enqueued-time": timestamp(int(time.time() * 1000))}
            message.annotations = {
                **(message.annotations or {}),
                **{symbol(name): value for name, value in {**position, **received}.items()},
            }
            link.send(message)

    def on_delivery(self, event: Any) -> None:
        delivery, link = event.delivery, event.link
        if not link.is_receiver or not delivery.readable or delivery.partial:
            return
        raw = link.recv(delivery.pending)
        link.advance()
        link.flow(1)
        if link.path in _SERVICE_ADDRESSES:
            self._serve(event.connection, link.path, raw)
            _settle(delivery, Delivery.ACCEPTED)
        elif self._may_send(event.connection):
            self._take(event, raw)

    def on_link_opened(self, event: Any) -> None:
        """Refused only once it is open: Proton would open a link again that is closed before."""
        link = event.link
        if link.is_receiver and link.path not in _SERVICE_ADDRESSES:
            if self._may_send(event.connection):
                link.flow(_CREDIT)
            else:
                words = _NO_CLAIM.format(claim="Send")
                link.condition = Condition("amqp:unauthorized-access", words, {symbol("t"): "t"})
                link.close()

    def _may_send(self, connection: Any) -> bool:
        return "publisher" in self._policies.get(connection, ())

    def _serve(self, connection: Any, path: str, raw: bytes) -> None:
        asked = _decoded(raw)
        status, words, body = self._authorize(connection, asked) if path == "$cbs" else self._describe(asked)
        answer = Message(body=body, address=asked.reply_to, correlation_id=asked.id)
        answer.properties = {"status-code": status, "status-description": words}
        self._answers[connection, path].send(answer)

    def _authorize(self, connection: Any, asked: Message) -> tuple[int, str, Any]:
        token, resource = asked.body, asked.properties["name"]
        token = token if isinstance(token, str) else bytes(token).decode()
        fault = fault_of(token, resource, KEYS)
        if fault is not None:
            return 401, fault, None
        if urlsplit(resource).path.strip("/").partition("/")[0] not in self._hubs:
            return 404, _NO_HUB, None
        self._policies.setdefault(connection, set()).add(policy_of(token))
        return 202, "Accepted", None

    def _describe(self, asked: Message) -> tuple[int, str, Any]:
        name, number = asked.properties["name"], asked.properties.get("partition")
        if number is None:
            numbers = [str(one) for one in range(PARTITIONS)]
            return 200, "OK", {"name": name, "created_at": timestamp(0), "partition_ids": numbers}
        last = len(self._hubs[name][int(number)]) - 1
        return (
            200,
            "OK",
            {
                "name": name,
                "partition": number,
                "begin_sequence_number": 0,
                "last_enqueued_sequence_number": last,
                "last_enqueued_offset": str(last),
                "last_enqueued_time_utc": timestamp(0),
                "is_partition_empty": last < 0,
            },
        )

    def _take(self, event: Any, raw: bytes) -> None:
        self.sent += 1
        if self.fault == "hang":
            return
        if self.fault == "drop":
            event.transport.close_head()
            event.transport.close_tail()
        elif self.fault == "server-busy":
            words, info = "The server is busy. Please try again.", {symbol("com.microsoft:tracking-id"): "t"}
            event.delivery.local.condition = Condition("com.microsoft:server-busy", words, info)
            _settle(event.delivery, Delivery.REJECTED)
        else:
            key = (_decoded(raw).annotations or {}).get(symbol("x-opt-partition-key"), "")
            hub = self._hubs[event.link.path.partition("/")[0]]
            hub[crc32(str(key).encode()) % len(hub)].append(raw)
            _settle(event.delivery, Delivery.ACCEPTED)

    def _partition_of(self, path: str) -> Iterator[tuple[int, bytes]]:
        """`path`: <hub>/ConsumerGroups/<group>/Partitions/<number>."""
        hub, *_, number = path.split("/")
        return enumerate(self._hubs[hub][int(number)])


def _decoded(raw: bytes) -> Message:
    message = Message()
    message.decode(raw)
    return message


def _settle(delivery: Any, outcome: int) -> None:
    delivery.update(outcome)
    delivery.settle()


@contextmanager
def event_hubs() -> Iterator[EventHubs]:
    """Proton's loop in a thread of its own."""
    hubs, injector = EventHubs(free_port()), EventInjector()
    container = Container(hubs)
    container.selectable(injector)
    thread = threading.Thread(target=container.run, daemon=True)
    thread.start()
    hubs.listening.wait(10)
    try:
        yield hubs
    finally:
        injector.trigger(ApplicationEvent("stop"))
        thread.join(10)
        injector.close()

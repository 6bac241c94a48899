"""Pub/Sub through a peer that speaks its protocol, read with Google's own subscriber."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import grpc
from google.pubsub_v1.services.subscriber import SubscriberAsyncClient
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcAsyncIOTransport
from google.pubsub_v1.types import PubsubMessage

from healthpartner.destinations.contract import DestinationContext
from tests.support.parts.fault_proxy import FaultProxy, fault_proxy
from tests.support.parts.harness import Harness, Stored, queued
from tests.support.parts.pubsub_peer import PubsubPeer, pubsub_peer
from tests.support.parts.session import Parts

PROJECT = "partner-project"

_FRAME_HEADER_BYTES, _HEADERS = 9, 1


def pubsub_context(port: int, **changes: Any) -> DestinationContext:
    given: dict[str, Any] = {
        "environment": "sandbox",
        "publishing_principal_arn": "",
        "google_pubsub_endpoint": f"127.0.0.1:{port}",
    }
    return DestinationContext(**{**given, **changes})


async def read_all(port: int, name: str) -> list[PubsubMessage]:
    """Every message of the subscription, acknowledged."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", [("grpc.max_receive_message_length", -1)]) as channel:
        client = SubscriberAsyncClient(transport=SubscriberGrpcAsyncIOTransport(channel=channel))
        subscription = f"projects/{PROJECT}/subscriptions/{name}"
        found: list[PubsubMessage] = []
        while True:
            pulled = (await client.pull(subscription=subscription, max_messages=100)).received_messages
            if not pulled:
                return found
            found += [one.message for one in pulled]
            await client.acknowledge(subscription=subscription, ack_ids=[one.ack_id for one in pulled])


class PubsubHarness(Harness):
    kind: ClassVar[str] = "google_pubsub"

    def __init__(self, proxy: FaultProxy, peer: PubsubPeer) -> None:
        super().__init__(proxy)
        self._peer, self._topic = peer, peer.make_topic()

    def settings(self, port: int, *, missing: bool = False) -> dict[str, Any]:  # noqa: ARG002 - the endpoint is the context's
        topic = "nobody-made-this" if missing else self._topic
        return {"project_id": PROJECT, "topic": topic, "service_account_key": self._peer.key_file}

    def context(self, port: int, timeout_seconds: float) -> DestinationContext:
        return pubsub_context(port, timeout_seconds=timeout_seconds)

    async def stored(self) -> list[Stored]:
        return [_verified(message) for message in await read_all(self._peer.port, self._topic)]


@asynccontextmanager
async def pubsub_harness(parts: Parts) -> AsyncIterator[Harness]:  # noqa: ARG001 - each kind is started alike
    async with pubsub_peer() as peer, fault_proxy(peer.port, _has_headers) as proxy:
        yield PubsubHarness(proxy, peer)


def _has_headers(piece: bytes) -> bool:
    """Whether a piece of HTTP/2 begins an answer; windows, pings and settings come before it."""
    at = 0
    while at + _FRAME_HEADER_BYTES <= len(piece):
        if piece[at + 3] == _HEADERS:
            return True
        at += _FRAME_HEADER_BYTES + int.from_bytes(piece[at : at + 3])
    return False


def _verified(message: PubsubMessage) -> Stored:
    attributes = dict(message.attributes)
    stored = queued(message.data.decode(), attributes["event_id"], attributes["signature"])
    assert message.ordering_key == stored.event.get("user_id", stored.event["org_id"])
    return stored

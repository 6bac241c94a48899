"""A peer that speaks Pub/Sub's real protocol, gRPC with the messages that Google's client is generated with, and checks
tokens, permissions and sizes as the service says it does. It is ours, so it proves how the client is used and not how
Google behaves.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import grpc
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.protobuf.empty_pb2 import Empty
from google.pubsub_v1 import types as wire

AUDIENCE = "https://pubsub.googleapis.com/google.pubsub.v1.Publisher"
EMAIL = "publisher@partner-project.iam.gserviceaccount.com"
MAXIMUM_REQUEST_BYTES = 10 * 1024 * 1024

_UNAUTHENTICATED = "Request had invalid authentication credentials. Expected OAuth 2 access token."
_DENIED = "User not authorized to perform this action."
_TOO_LARGE = f"Request payload size exceeds the limit: {MAXIMUM_REQUEST_BYTES} bytes."


class PubsubPeer:
    """`key_file`: of the one service account, which may publish to every topic but those in `closed`. `failing`: the
    status that publish calls are answered with instead, and `calls` counts them.
    """

    def __init__(self) -> None:
        self.port, self.calls = 0, 0
        self.failing: grpc.StatusCode | None = None
        self.closed: set[str] = set()
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_file = make_key_file(self._key)
        self._messages: dict[str, list[wire.PubsubMessage]] = {}

    def make_topic(self) -> str:
        """With a subscription of the same name."""
        name = f"partner-{uuid4().hex}"
        self._messages[name] = []
        return name

    async def publish(self, request: wire.PublishRequest, context: Any) -> wire.PublishResponse:
        self.calls += 1
        name = request.topic.rpartition("/")[2]
        if not self._is_known(context):
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, _UNAUTHENTICATED)
        if self.failing is not None:
            await context.abort(self.failing, "as told")
        if name not in self._messages:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"Resource not found (resource={name}).")
        if name in self.closed:
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, _DENIED)
        if wire.PublishRequest.pb(request).ByteSize() > MAXIMUM_REQUEST_BYTES:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, _TOO_LARGE)
        return wire.PublishResponse(message_ids=[self._store(name, message) for message in request.messages])

    async def pull(self, request: wire.PullRequest, context: Any) -> wire.PullResponse:  # noqa: ARG002 - gRPC's
        waiting = self._messages[request.subscription.rpartition("/")[2]]
        received = [wire.ReceivedMessage(ack_id=one.message_id, message=one) for one in waiting]
        return wire.PullResponse(received_messages=received[: request.max_messages])

    async def acknowledge(self, request: wire.AcknowledgeRequest, context: Any) -> Empty:  # noqa: ARG002 - gRPC's
        name = request.subscription.rpartition("/")[2]
        self._messages[name] = [one for one in self._messages[name] if one.message_id not in request.ack_ids]
        return Empty()

    def _store(self, name: str, message: wire.PubsubMessage) -> str:
        message.message_id, message.publish_time = uuid4().hex, datetime.now(UTC)
        self._messages[name].append(message)
        return str(message.message_id)

    def _is_known(self, context: Any) -> bool:
        token = str(dict(context.invocation_metadata()).get("authorization", "")).removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, self._key.public_key(), ["RS256"], audience=AUDIENCE, issuer=EMAIL)
        except jwt.InvalidTokenError:
            return False
        return bool(
            claims["sub"] == EMAIL and jwt.get_unverified_header(token)["kid"] == self.key_file["private_key_id"]
        )


def make_key_file(key: rsa.RSAPrivateKey | None = None) -> dict[str, str]:
    """What Google gives out for a service account; of another key than the peer's unless that is given."""
    private = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "partner-project",
        "client_email": EMAIL,
        "private_key_id": "key-1",
        "private_key": pem.decode(),
        "token_uri": "http://127.0.0.1:1/not-to-be-asked",
    }


@asynccontextmanager
async def pubsub_peer() -> AsyncIterator[PubsubPeer]:
    peer = PubsubPeer()
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers(
        (
            _service("Publisher", Publish=(peer.publish, wire.PublishRequest, wire.PublishResponse)),
            _service(
                "Subscriber",
                Pull=(peer.pull, wire.PullRequest, wire.PullResponse),
                Acknowledge=(peer.acknowledge, wire.AcknowledgeRequest, None),
            ),
        )
    )
    peer.port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield peer
    finally:
        await server.stop(None)


def _service(name: str, **methods: tuple[Callable[..., Any], Any, Any]) -> grpc.GenericRpcHandler:
    handlers = {
        method: grpc.unary_unary_rpc_method_handler(
            function,
            request_deserializer=asked.deserialize,
            response_serializer=Empty.SerializeToString if answered is None else answered.serialize,
        )
        for method, (function, asked, answered) in methods.items()
    }
    return grpc.method_handlers_generic_handler(f"google.pubsub.v1.{name}", handlers)

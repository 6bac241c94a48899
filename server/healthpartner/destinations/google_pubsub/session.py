"""One channel to Pub/Sub with the generated client, without the batching, resending one on top of it: one publish call is
one attempt. Tokens are signed here with the partner's key, so that none is fetched from anywhere.
"""

import logging
from collections.abc import Sequence
from typing import Any

import grpc
from google.auth import jwt
from google.pubsub_v1.services.publisher import PublisherAsyncClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcAsyncIOTransport
from google.pubsub_v1.types import PublishRequest, PubsubMessage
from msgspec import structs

from healthpartner.destinations.contract import ATTEMPT_SECONDS
from healthpartner.destinations.google_pubsub.faults import CLIENT_ERRORS, translate
from healthpartner.destinations.google_pubsub.message import attributes_of, ordering_key
from healthpartner.destinations.google_pubsub.settings import (
    GooglePubsubSettings,
    ServiceAccountKey,
    target_of,
    topic_path,
)
from healthpartner.events.envelope import Envelope

AUDIENCE = "https://pubsub.googleapis.com/google.pubsub.v1.Publisher"
KEEPALIVE_MILLISECONDS = 30_000

OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.enable_retries", 0),
    # Else a channel that was given up lives on, with its waits, in the next one to the same place.
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.max_send_message_length", -1),
    ("grpc.keepalive_time_ms", KEEPALIVE_MILLISECONDS),
)

for _name in ("google", "google.pubsub_v1"):
    # At DEBUG the library writes whole requests, which hold health data and tokens.
    logging.getLogger(_name).setLevel(logging.WARNING)


class Identity:
    """Signs a token with the partner's key, and again shortly before it expires."""

    def __init__(self, key: ServiceAccountKey) -> None:
        # The library wants an address to ask for tokens, which is never asked.
        facts = {**structs.asdict(key), "token_uri": ""}
        self._credentials = jwt.Credentials.from_service_account_info(facts, audience=AUDIENCE)  # type: ignore[no-untyped-call]

    def metadata(self) -> Sequence[tuple[str, str]]:
        headers: dict[str, str] = {}
        self._credentials.before_request(None, "", "", headers)
        return list(headers.items())


class TopicSession:
    def __init__(self, channel: grpc.aio.Channel, settings: GooglePubsubSettings) -> None:
        self._channel, self._topic = channel, topic_path(settings)
        self._identity = Identity(settings.service_account_key)
        self._client = PublisherAsyncClient(transport=PublisherGrpcAsyncIOTransport(channel=channel))

    @property
    def is_usable(self) -> bool:
        return True

    async def send(self, envelope: Envelope) -> str | None:
        message = PubsubMessage(
            data=envelope.to_json().encode(),
            attributes=attributes_of(envelope),
            ordering_key=ordering_key(envelope),
        )
        try:
            answer: Any = await self._client.publish(
                PublishRequest(topic=self._topic, messages=[message]),
                retry=None,
                # The attempt keeps the time.
                timeout=2 * ATTEMPT_SECONDS,
                metadata=self._identity.metadata(),
            )
        except CLIENT_ERRORS as error:
            raise translate(error) from error
        return str(answer.message_ids[0])

    async def close(self) -> None:
        await self._channel.close()


def open_session(settings: GooglePubsubSettings, endpoint: str | None) -> TopicSession:
    """`endpoint`: host and port of another service than Google's, which is spoken to in the clear."""
    if endpoint is None:
        channel = grpc.aio.secure_channel(target_of(settings), grpc.ssl_channel_credentials(), OPTIONS)
    else:
        channel = grpc.aio.insecure_channel(endpoint, OPTIONS)
    return TopicSession(channel, settings)

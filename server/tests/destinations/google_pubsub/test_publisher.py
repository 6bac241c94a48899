"""Publishing to Pub/Sub beyond what every destination does: tokens, order, attributes, limits."""

from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import grpc
import msgspec
import pytest
from google.auth import jwt
from google.pubsub_v1.types import PublishRequest, PubsubMessage

from healthpartner.destinations.contract import Destination, PublishFailed
from healthpartner.destinations.google_pubsub import session
from healthpartner.destinations.google_pubsub.message import attributes_of, ordering_key, request_bytes
from healthpartner.destinations.google_pubsub.publisher import GooglePubsub
from healthpartner.destinations.google_pubsub.settings import GooglePubsubSettings
from healthpartner.events.envelope import Envelope
from tests.support.parts.events import ORG_ID, make_envelope, make_facts, sealed
from tests.support.parts.pubsub_harness import PROJECT, pubsub_context, read_all
from tests.support.parts.pubsub_peer import PubsubPeer, make_key_file, pubsub_peer
from tests.support.parts.webhook_receiver import webhook_receiver


@pytest.fixture
async def peer() -> AsyncIterator[PubsubPeer]:
    async with pubsub_peer() as peer:
        yield peer


def opened(peer: PubsubPeer, topic: str, key_file: dict[str, str] | None = None, **context: Any) -> Destination:
    given = {"project_id": PROJECT, "topic": topic, "service_account_key": key_file or peer.key_file}
    settings = msgspec.convert(given, GooglePubsubSettings)
    return GooglePubsub().open(settings, pubsub_context(peer.port, **context))


async def failure_of(destination: Destination, envelope: Envelope | None = None) -> PublishFailed:
    async with destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(envelope or make_envelope())
    return caught.value


async def test_attributes_repeat_the_envelope_and_the_receipt_names_the_message(peer: PubsubPeer) -> None:
    topic, envelope = peer.make_topic(), make_envelope()

    async with opened(peer, topic) as destination:
        receipt = await destination.publish(envelope)
    (message,) = await read_all(peer.port, topic)

    body = msgspec.json.decode(message.data)
    assert dict(message.attributes) == {
        name: body[name] for name in ("event_id", "event_type", "signed_at", "signature")
    }
    assert receipt.provider_message_id == message.message_id


async def test_the_member_is_the_ordering_key_or_else_the_organisation(peer: PubsubPeer) -> None:
    topic, member = peer.make_topic(), uuid4()

    async with opened(peer, topic) as destination:
        await destination.publish(make_envelope(user_id=member))
        await destination.publish(make_envelope())
    messages = await read_all(peer.port, topic)

    assert [message.ordering_key for message in messages] == [str(member), str(ORG_ID)]


@pytest.mark.parametrize(
    "changes",
    [{"private_key": make_key_file()["private_key"]}, {"client_email": "other@p.example"}, {"private_key_id": "x"}],
)
async def test_a_key_that_is_not_the_accounts_is_unauthorized_in_googles_words(
    peer: PubsubPeer, changes: dict[str, str]
) -> None:
    failure = await failure_of(opened(peer, peer.make_topic(), {**peer.key_file, **changes}))

    assert failure.kind == "unauthorized"
    assert failure.provider_message.startswith("UNAUTHENTICATED: Request had invalid authentication credentials")


async def test_a_topic_that_the_account_may_not_publish_to_is_unauthorized(peer: PubsubPeer) -> None:
    topic = peer.make_topic()
    peer.closed.add(topic)

    failure = await failure_of(opened(peer, topic))

    assert failure.kind == "unauthorized"
    assert failure.provider_message == "PERMISSION_DENIED: User not authorized to perform this action."


@pytest.mark.parametrize("status", ["UNAVAILABLE", "INTERNAL", "RESOURCE_EXHAUSTED", "ABORTED", "DEADLINE_EXCEEDED"])
async def test_what_the_library_would_send_again_is_called_once(peer: PubsubPeer, status: str) -> None:
    peer.failing = grpc.StatusCode[status]

    failure = await failure_of(opened(peer, peer.make_topic()))

    assert failure.provider_message == f"{status}: as told"
    assert peer.calls == 1


async def test_a_failure_does_not_halt_the_members_later_events(peer: PubsubPeer) -> None:
    topic, member = peer.make_topic(), uuid4()
    async with opened(peer, topic) as destination:
        peer.failing = grpc.StatusCode.INTERNAL
        with pytest.raises(PublishFailed):
            await destination.publish(make_envelope(user_id=member))
        peer.failing = None
        await destination.publish(make_envelope(user_id=member))

    assert len(await read_all(peer.port, topic)) == 1


def test_what_is_counted_is_never_less_than_the_request() -> None:
    for envelope in (make_envelope({"note": "ß" * 300}), make_envelope({"x": "y" * 70_000}, user_id=uuid4())):
        message = PubsubMessage(
            data=envelope.to_json().encode(), attributes=attributes_of(envelope), ordering_key=ordering_key(envelope)
        )
        request = PublishRequest(topic="projects/p/topics/t", messages=[message])
        exact = PublishRequest.pb(request).ByteSize()
        assert exact <= request_bytes(envelope, "projects/p/topics/t") <= exact + 100


@pytest.mark.parametrize(("over", "thin"), [(0, False), (1, True)])
async def test_the_last_byte_that_fits_is_sent_whole(
    peer: PubsubPeer,
    over: int,
    thin: bool,  # noqa: FBT001 - a table's column
) -> None:
    topic, facts = peer.make_topic(), make_facts({"samples": ""})
    path = f"projects/{PROJECT}/topics/{topic}"
    room = GooglePubsub.manifest.maximum_bytes - request_bytes(sealed(facts), path) + over
    data = msgspec.Raw(msgspec.json.encode({"samples": "x" * room}))

    async with opened(peer, topic) as destination:
        receipt = await destination.publish(sealed(msgspec.structs.replace(facts, data=data)))

    assert receipt.thin is thin
    assert len(await read_all(peer.port, topic)) == 1


async def test_a_server_without_a_trusted_certificate_is_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pubsub_peer() as peer, webhook_receiver() as receiver:
        monkeypatch.setattr(session, "target_of", lambda _: f"localhost:{receiver.port}")
        failure = await failure_of(opened(peer, peer.make_topic(), google_pubsub_endpoint=None))

    assert failure.kind == "connection"
    assert "certificate" in failure.provider_message.lower()
    assert receiver.calls == []


async def test_settings_that_could_lead_elsewhere_are_not_even_tried(peer: PubsubPeer) -> None:
    failure = await failure_of(opened(peer, "../t"))

    assert failure.kind == "invalid"
    assert peer.calls == 0


async def test_a_token_is_signed_once_and_used_again(peer: PubsubPeer) -> None:
    topic = peer.make_topic()

    with patch.object(jwt.Credentials, "_make_jwt", autospec=True, side_effect=jwt.Credentials._make_jwt) as signing:
        async with opened(peer, topic) as destination:
            for _ in range(3):
                await destination.publish(make_envelope())

    assert signing.call_count == 1

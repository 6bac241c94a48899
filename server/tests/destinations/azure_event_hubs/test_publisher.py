"""Publishing to an event hub beyond what every destination does: signatures, partitions, limits, broken connections."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, cast
from uuid import uuid4

import msgspec
import pytest

from healthpartner.destinations.azure_event_hubs import lanes, session
from healthpartner.destinations.azure_event_hubs.message import message_bytes
from healthpartner.destinations.azure_event_hubs.publisher import AzureEventHubs
from healthpartner.destinations.azure_event_hubs.settings import AzureEventHubsSettings
from healthpartner.destinations.contract import Destination, PublishFailed
from tests.support.parts.events import ORG_ID, make_envelope, make_facts, sealed
from tests.support.parts.webhook_receiver import webhook_receiver

pytest.importorskip("proton", reason="Qpid Proton is not installed: it takes a C compiler")

from tests.support.parts.event_hubs.frames import padding
from tests.support.parts.event_hubs.harness import hubs_context, read_all, token_for
from tests.support.parts.event_hubs.peer import HOST, EventHubs, event_hubs
from tests.support.parts.event_hubs.tokens import make_token


class Scene(NamedTuple):
    hubs: EventHubs
    hub: str
    port: int

    def open(self, sas_token: str | None = None, **context: Any) -> Destination:
        token = sas_token or token_for(self.hub)
        settings = AzureEventHubsSettings(namespace=HOST, event_hub_name=self.hub, sas_token=token)
        return AzureEventHubs().open(settings, hubs_context(self.port, **context))


@asynccontextmanager
async def scene_of(*, maximum_bytes: int = 1_048_576) -> AsyncIterator[Scene]:
    with event_hubs() as hubs:
        hubs.maximum_bytes = maximum_bytes
        async with padding(hubs.port) as port:
            yield Scene(hubs, hubs.make_hub(), port)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with scene_of() as scene:
        yield scene


async def failure_of(destination: Destination) -> PublishFailed:
    async with destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
    return caught.value


async def test_the_vendors_own_consumer_reads_properties_beside_the_envelope(scene: Scene) -> None:
    envelope = make_envelope()

    async with scene.open() as destination:
        receipt = await destination.publish(envelope)
    (event,) = await read_all(scene.port, scene.hub)

    body, read = msgspec.json.decode(event.body_as_str()), cast("dict[bytes, bytes]", event.properties)
    properties = {name.decode(): value.decode() for name, value in read.items()}
    assert properties == {name: body[name] for name in ("event_id", "event_type", "signed_at", "signature")}
    assert event.message_id == str(envelope.event_id)
    assert receipt.provider_message_id is None


async def test_the_member_is_the_partition_key_or_else_the_organisation(scene: Scene) -> None:
    member = uuid4()

    async with scene.open() as destination:
        await destination.publish(make_envelope(user_id=member))
        await destination.publish(make_envelope())

    keys = {message.annotations["x-opt-partition-key"] for message in scene.hubs.messages(scene.hub)}
    assert keys == {str(member), str(ORG_ID)}


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ({"key": "another-key"}, "401: InvalidSignature"),
        ({"valid_seconds": -1}, "Expired"),
        ({"policy": "reader"}, "amqp:unauthorized-access: Unauthorized access. 'Send' claim(s) are required"),
    ],
)
async def test_a_signature_that_may_not_send_is_unauthorized_in_azures_words(
    scene: Scene, token: dict[str, Any], words: str
) -> None:
    failure = await failure_of(scene.open(token_for(scene.hub, **token)))

    assert failure.kind == "unauthorized"
    assert words in failure.provider_message
    assert scene.hubs.sent == 0


async def test_a_signature_for_another_hub_is_unauthorized(scene: Scene) -> None:
    failure = await failure_of(scene.open(token_for(scene.hubs.make_hub())))

    assert failure.kind == "unauthorized"
    assert "InvalidAudience" in failure.provider_message


async def test_a_signature_for_the_whole_namespace_serves(scene: Scene) -> None:
    async with scene.open(make_token(f"sb://{HOST}", "publisher", "a-key-that-may-send")) as destination:
        await destination.publish(make_envelope())

    assert len(scene.hubs.messages(scene.hub)) == 1


async def test_a_busy_server_is_asked_once_and_told_in_its_words(scene: Scene) -> None:
    scene.hubs.fault = "server-busy"

    failure = await failure_of(scene.open())

    assert failure.kind == "throttled"
    assert failure.provider_message == "com.microsoft:server-busy: The server is busy. Please try again."
    assert scene.hubs.sent == 1


async def test_a_connection_that_ends_without_an_answer_is_a_failure_of_one_event(scene: Scene) -> None:
    scene.hubs.fault = "drop"
    started = time.monotonic()

    failure = await failure_of(scene.open())

    assert failure.kind == "connection"
    assert scene.hubs.sent == 1
    assert time.monotonic() - started < 5.0


async def test_an_answer_that_never_comes_ends_at_the_limit(scene: Scene) -> None:
    scene.hubs.fault = "hang"
    async with scene.open(timeout_seconds=1.0) as destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
        scene.hubs.fault = None
        await destination.publish(make_envelope())

    assert caught.value.kind == "timeout"
    assert len(scene.hubs.messages(scene.hub)) == 1


async def test_a_hub_of_the_basic_tier_gets_a_larger_event_thin() -> None:
    async with scene_of(maximum_bytes=262_144) as scene:
        async with scene.open() as destination:
            whole = await destination.publish(make_envelope({"samples": "x" * 200_000}))
            thin = await destination.publish(make_envelope({"samples": "x" * 300_000}))
        messages = scene.hubs.messages(scene.hub)

    assert (whole.thin, thin.thin) == (False, True)
    assert len(messages) == 2


async def test_what_is_counted_is_never_less_than_the_message(scene: Scene) -> None:
    envelopes = [make_envelope({"note": "ß" * 300}), make_envelope({"samples": "y" * 70_000}, user_id=uuid4())]

    async with scene.open() as destination:
        for envelope in envelopes:
            await destination.publish(envelope)

    sizes = {message.id: len(message.encode()) for message in scene.hubs.messages(scene.hub)}
    for envelope in envelopes:
        exact = sizes[str(envelope.event_id)]
        assert exact <= message_bytes(envelope) <= exact + 256


@pytest.mark.parametrize(("over", "thin"), [(0, False), (1, True)])
async def test_the_last_byte_that_fits_is_sent_whole(
    scene: Scene,
    over: int,
    thin: bool,  # noqa: FBT001 - a table's column
) -> None:
    facts = make_facts({"samples": ""})
    room = AzureEventHubs.manifest.maximum_bytes - message_bytes(sealed(facts)) + over
    data = msgspec.Raw(msgspec.json.encode({"samples": "x" * room}))

    async with scene.open() as destination:
        receipt = await destination.publish(sealed(msgspec.structs.replace(facts, data=data)))

    assert receipt.thin is thin
    assert len(scene.hubs.messages(scene.hub)) == 1


async def test_a_few_connections_work_side_by_side_and_are_used_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[lanes.Lane] = []
    original = lanes.Lane.open

    async def counted(lane: lanes.Lane) -> None:
        opened.append(lane)
        await original(lane)

    monkeypatch.setattr(lanes.Lane, "open", counted)

    async with scene.open() as destination:
        await asyncio.gather(*(destination.publish(make_envelope()) for _ in range(40)))
        await destination.publish(make_envelope())

    assert len(opened) == session.MAXIMUM_LANES
    assert len(scene.hubs.messages(scene.hub)) == 41


async def test_a_connection_that_was_idle_for_long_is_opened_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.open() as destination:
        await destination.publish(make_envelope())
        (idle,) = destination._shared.session._lanes  # type: ignore[attr-defined]
        monkeypatch.setattr(lanes, "IDLE_SECONDS", -1.0)
        await destination.publish(make_envelope())
        assert idle not in destination._shared.session._lanes  # type: ignore[attr-defined]

    assert len(scene.hubs.messages(scene.hub)) == 2


async def test_a_server_without_a_trusted_certificate_is_sent_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with webhook_receiver() as receiver:
        secure = lanes.client_of
        monkeypatch.setattr(session, "client_of", lambda settings, _: elsewhere(secure(settings, None), receiver.port))
        failure = await failure_of(scene.open())

    assert failure.kind == "connection"
    assert "certificate" in failure.provider_message
    assert receiver.calls == []


def elsewhere(client: Any, port: int) -> Any:
    """The client as it goes to Azure, TLS and all, but to a port of this machine."""
    client._config.custom_endpoint_address = f"sb://localhost:{port}"
    return client


async def test_settings_that_could_lead_elsewhere_are_not_even_tried(scene: Scene) -> None:
    settings = AzureEventHubsSettings(namespace="evil.example", event_hub_name="e", sas_token=token_for("e"))

    failure = await failure_of(AzureEventHubs().open(settings, hubs_context(scene.port)))

    assert failure.kind == "invalid"

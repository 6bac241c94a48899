"""What every kind of destination must do, whoever receives: run against the real thing or its nearest likeness."""

import asyncio
import logging
import time
from importlib import resources
from uuid import uuid4

import msgspec
import pytest

from healthpartner.destinations.contract import PROVIDER_MESSAGE_BYTES, Destination, PublishFailed
from healthpartner.destinations.registry import KINDS
from healthpartner.events.envelope import Envelope, render_body
from tests.support.operations import document
from tests.support.parts.events import CURRENT_SECRET, PREVIOUS_SECRET, make_envelope, make_facts, sealed
from tests.support.parts.harness import Harness
from tests.support.parts.ports import free_port

SHORT_SECONDS = 0.3
SECRET_TEXTS = (
    "current-secret-of-the-tests",
    "previous-secret-of-the-tests",
    CURRENT_SECRET.removeprefix("whsec_"),
    PREVIOUS_SECRET.removeprefix("whsec_"),
    "aws-secret-of-the-tests",
)


async def failure_of(destination: Destination, envelope: Envelope | None = None) -> PublishFailed:
    async with destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(envelope or make_envelope())
    return caught.value


async def test_its_owner_reads_a_signed_event_with_id_and_signature_beside_it(harness: Harness) -> None:
    envelope = make_envelope({"marker": "ferritin", "note": 'ß \uffff \x00 \\ " 🩸'}, user_id=uuid4())
    destination = harness.open()

    async with destination:
        receipt = await destination.publish(envelope)

    (stored,) = await harness.stored()
    assert not receipt.thin
    assert stored.event == msgspec.json.decode(envelope.body)
    assert stored.event_id == str(envelope.event_id)
    assert len(stored.signature.split(" ")) == 2


async def test_a_second_attempt_carries_the_same_event(harness: Harness) -> None:
    facts = make_facts()
    destination = harness.open()

    async with destination:
        await destination.publish(sealed(facts))
        await destination.publish(sealed(facts))

    first, second = await harness.stored()
    assert first.event == second.event
    assert first.event_id == second.event_id


async def test_attempts_side_by_side_all_arrive(harness: Harness) -> None:
    envelopes = [make_envelope() for _ in range(20)]
    destination = harness.open()

    async with destination:
        await asyncio.gather(*(destination.publish(envelope) for envelope in envelopes))

    assert {one.event_id for one in await harness.stored()} == {str(envelope.event_id) for envelope in envelopes}


async def test_a_missing_queue_is_not_found_in_the_providers_words(harness: Harness) -> None:
    failure = await failure_of(harness.open(missing=True))

    assert failure.kind == "not_found"
    assert 0 < len(failure.provider_message.encode()) <= PROVIDER_MESSAGE_BYTES


async def test_an_unreachable_host_is_a_failed_connection(harness: Harness) -> None:
    failure = await failure_of(harness.open(port=free_port()))

    assert failure.kind == "connection"


async def test_a_reset_connection_is_a_failed_connection(harness: Harness) -> None:
    harness.proxy.mode = "refuse"

    failure = await failure_of(harness.open())

    assert failure.kind == "connection"
    assert await harness.stored() == []


async def test_a_black_hole_ends_at_the_time_limit(harness: Harness) -> None:
    harness.proxy.mode = "blackhole"
    started = time.monotonic()

    failure = await failure_of(harness.open(timeout_seconds=SHORT_SECONDS))

    assert failure.kind == "timeout"
    assert time.monotonic() - started < SHORT_SECONDS + 2.0


async def test_a_lost_reply_is_a_failure_that_stores_one_copy(harness: Harness) -> None:
    destination, lost = harness.open(), make_envelope()

    async with destination:
        await destination.publish(make_envelope())
        harness.proxy.mode = "lose_reply"
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(lost)

    assert caught.value.kind == "connection"
    assert [one.event_id for one in await harness.stored()].count(str(lost.event_id)) == 1


async def test_the_attempt_after_a_lost_reply_carries_the_same_id_and_the_same_bytes(harness: Harness) -> None:
    facts, destination = make_facts({"note": "ß 🩸"}, user_id=uuid4()), harness.open()

    async with destination:
        await destination.publish(make_envelope())
        harness.proxy.mode = "lose_reply"
        with pytest.raises(PublishFailed):
            await destination.publish(sealed(facts))
        harness.proxy.mode = "ok"
        await destination.publish(sealed(facts))

    copies = [one for one in await harness.stored() if one.event_id == str(facts.event_id)]
    assert [one.body for one in copies] == [render_body(facts)] * 2


async def test_a_black_hole_behind_an_open_connection_ends_at_the_limit_and_is_got_over(harness: Harness) -> None:
    destination, envelope = harness.open(timeout_seconds=2.0), make_envelope()

    async with destination:
        await destination.publish(make_envelope())
        harness.proxy.mode = "blackhole"
        started = time.monotonic()
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
        waited = time.monotonic() - started
        harness.proxy.mode = "ok"
        await destination.publish(envelope)

    assert caught.value.kind == "timeout"
    assert waited < 2.0 + 2.0
    assert str(envelope.event_id) in [one.event_id for one in await harness.stored()]


async def test_after_a_fault_the_same_destination_publishes_again(harness: Harness) -> None:
    destination, envelope = harness.open(), make_envelope()

    async with destination:
        harness.proxy.mode = "refuse"
        with pytest.raises(PublishFailed):
            await destination.publish(make_envelope())
        harness.proxy.mode = "ok"
        await destination.publish(envelope)

    assert [one.event_id for one in await harness.stored()] == [str(envelope.event_id)]


async def test_an_event_over_the_limit_travels_thin_and_still_verifies(harness: Harness) -> None:
    envelope = make_envelope({"samples": "x" * KINDS[harness.kind].manifest.maximum_bytes})
    destination = harness.open()

    async with destination:
        receipt = await destination.publish(envelope)

    (stored,) = await harness.stored()
    assert receipt.thin
    assert stored.event["data"] == {"truncated": True, "resource": f"/v1/admin/org/events/{envelope.event_id}"}
    assert stored.event["event_id"] == str(envelope.event_id)


async def test_no_secret_and_no_health_data_reaches_a_log_or_a_text(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    envelope = make_envelope({"marker": "confidential-finding"})
    destination = harness.open()

    async with destination:
        await destination.publish(envelope)
        harness.proxy.mode = "lose_reply"
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(envelope)
        failure = caught.value

    context = harness.context(harness.proxy.port, 1.0)
    secrets = (*SECRET_TEXTS, *harness.secrets(), "confidential-finding")
    texts = (caplog.text, repr(envelope), str(envelope), repr(failure), failure.provider_message, repr(context))
    for text in texts:
        assert not any(secret in text for secret in secrets)
    with pytest.raises(TypeError):
        msgspec.json.encode(envelope)


async def test_closing_twice_is_harmless_and_publishing_again_opens_anew(harness: Harness) -> None:
    destination = harness.open()

    await destination.publish(make_envelope())
    await destination.close()
    await destination.close()
    await destination.publish(make_envelope())
    await destination.close()

    assert len(await harness.stored()) == 2


async def test_what_is_shown_leaves_out_what_is_write_only(harness: Harness) -> None:
    kind = KINDS[harness.kind]
    given = harness.settings(harness.proxy.port)
    settings = msgspec.convert(given, kind.Settings)

    shown = kind.public_view(settings, harness.context(harness.proxy.port, 1.0))

    assert not kind.write_only & set(shown)
    assert {name: value for name, value in given.items() if name not in kind.write_only}.items() <= shown.items()
    assert set(shown) == set(document()["components"]["schemas"][f"Shown{kind.Settings.__name__}"]["properties"])


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_explains_itself(name: str) -> None:
    kind = KINDS[name]
    notes = resources.files(f"healthpartner.destinations.{name}") / "NOTES.md"

    assert kind.type == name
    assert kind.manifest.title
    assert kind.manifest.description
    assert kind.manifest.maximum_bytes > 0
    assert notes.read_text().startswith(f"# {kind.manifest.title}")

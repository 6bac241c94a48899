"""Messages are taken when the platform signed them, and typed by what they tell of."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import standardwebhooks
from healthpartner_sdk import Event, InvalidSignature, Truncated, Verifier
from healthpartner_sdk._generated import events
from healthpartner_sdk.consumers.receiving import Receiver, RecentlySeen
from healthpartner_sdk.events import parse
from hypothesis import given
from hypothesis import strategies as st

CONTRACTS = Path(__file__).parents[3] / "contracts"
VECTORS = json.loads((CONTRACTS / "signature-vectors.json").read_text())["vectors"]
VALID = next(each for each in VECTORS if each["name"] == "valid")
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_published_vectors_are_judged_as_they_say(vector: dict[str, Any]) -> None:
    verifier = Verifier(vector["secrets"])

    if vector["valid"]:
        event = verifier.verify(vector["envelope"])
        assert str(event.event_id) == json.loads(vector["envelope"])["event_id"]
    else:
        with pytest.raises(InvalidSignature):
            verifier.verify(vector["envelope"])


@pytest.mark.parametrize("path", sorted((CONTRACTS / "events").glob("*.example.json")), ids=lambda path: path.name)
def test_the_published_examples_become_typed_events(path: Path) -> None:
    told = json.loads(path.read_text())

    event = parse(path.read_bytes())

    assert type(event.data) is events.DATA_BY_TYPE[told["event_type"]]
    assert event.event_type == told["event_type"]


def test_data_that_did_not_fit_says_where_it_is() -> None:
    thin = next(each for each in VECTORS if each["name"] == "valid_thin")

    data = Verifier(thin["secrets"]).verify(thin["envelope"]).data

    assert isinstance(data, Truncated)
    assert data.resource.startswith("/v1/")


def test_a_type_of_a_later_version_is_a_dictionary() -> None:
    told = json.loads(json.loads(VALID["envelope"])["body"])
    told["event_type"] = "something.new"

    assert parse(json.dumps(told)).data == told["data"]


def test_data_of_another_version_is_a_dictionary_and_not_lost() -> None:
    told = json.loads((CONTRACTS / "events" / "queue.test.v1.example.json").read_text())
    told["data"] = {"of": "another version"}

    assert parse(json.dumps(told)).data == {"of": "another version"}


@given(st.text())
def test_whatever_is_no_envelope_is_refused(text: str) -> None:
    with pytest.raises(InvalidSignature):
        Verifier(SECRET).verify(text)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    envelope = VALID["envelope"].encode()
    place %= len(envelope)
    changed = envelope[:place] + bytes([envelope[place] ^ change]) + envelope[place + 1 :]

    try:
        event = Verifier(VALID["secrets"]).verify(changed)
    except InvalidSignature:
        return
    # What is not signed, such as white space or the name of a field that nobody reads, may differ.
    assert event == Verifier(VALID["secrets"]).verify(envelope)


def test_a_webhook_is_taken_by_its_headers() -> None:
    body = json.loads(VALID["envelope"])["body"]
    event_id, sent = json.loads(body)["event_id"], datetime.now(UTC)
    signature = standardwebhooks.Webhook(SECRET).sign(event_id, sent, body)
    timestamp = str(int(sent.timestamp()))

    assert Verifier(SECRET).verify_webhook(event_id, timestamp, signature, body.encode()).event_id == UUID(event_id)
    for wrong in (
        (event_id[:-1] + "0", timestamp, signature),
        (event_id, "1", signature),
        (event_id, timestamp, "v1,AA"),
    ):
        with pytest.raises(InvalidSignature):
            Verifier(SECRET).verify_webhook(*wrong, body)


def test_a_secret_that_is_none_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="whsec_"):
        Verifier("whsec_not base64!")


async def test_an_event_is_handled_once_and_an_unsigned_message_never() -> None:
    handled: list[Event] = []
    refused: list[str] = []

    async def handle(event: Event) -> None:
        handled.append(event)

    async def note(message: str, error: InvalidSignature) -> None:  # noqa: ARG001
        refused.append(message)

    receiver = Receiver(Verifier(VALID["secrets"]), handle, on_invalid=note)

    assert await receiver.take(VALID["envelope"])
    assert await receiver.take(VALID["envelope"])
    assert not await receiver.take("{}")
    assert (len(handled), refused) == (1, ["{}"])


async def test_an_event_whose_handler_failed_comes_again() -> None:
    async def fail(event: Event) -> None:  # noqa: ARG001
        raise RuntimeError

    seen = RecentlySeen()
    with pytest.raises(RuntimeError):
        await Receiver(Verifier(VALID["secrets"]), fail, seen=seen).take(VALID["envelope"])

    assert not await seen.holds(UUID(json.loads(VALID["envelope"])["event_id"]))


async def test_what_was_seen_is_forgotten_in_order() -> None:
    seen = RecentlySeen(most=2)
    ids = [UUID(int=number) for number in range(3)]
    for one in ids:
        await seen.add(one)

    assert [await seen.holds(one) for one in ids] == [False, True, True]

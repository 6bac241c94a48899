"""An event's body and envelope: the same bytes each time, whole or thin, and silent in logs."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.clock import SettableClock
from healthpartner.events.envelope import EventFacts, RecordedEvent, render_body, seal, seal_recorded
from healthpartner.events.signing import Signer, parse_secret
from tests.support.parts.events import CURRENT_SECRET, make_envelope, make_facts
from tests.support.receiver import verify

SECRETS = [parse_secret(CURRENT_SECRET)]
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=8,
)
# What Amazon SQS takes: the characters that XML 1.0 allows.
SQS_TEXT = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


@given(data=DATA)
def test_any_data_reaches_a_receiver_unchanged_in_characters_that_queues_take(data: Any) -> None:
    message = make_envelope({"of": data}).to_json()

    assert SQS_TEXT.fullmatch(message)
    assert verify(message, [CURRENT_SECRET])["data"] == {"of": data}


@given(data=DATA)
def test_a_thin_event_verifies_and_differs_in_its_data_only(data: Any) -> None:
    envelope = make_envelope({"of": data}, user_id=uuid4())

    thin = verify(envelope.thin().to_json(), [CURRENT_SECRET])

    link = {"truncated": True, "resource": f"/v1/admin/org/events/{envelope.event_id}"}
    assert thin == {**json.loads(envelope.body), "data": link}
    assert list(thin) == ["event_id", "event_type", "occurred_at", "org_id", "user_id", "data"]


def test_each_attempt_has_the_same_body_and_its_own_instant() -> None:
    facts, clock = make_facts(), SettableClock(datetime(2026, 1, 2, 3, 4, 5, 600_999, tzinfo=UTC))

    first = seal(facts, SECRETS, clock)
    clock.advance(timedelta(hours=1))
    second = seal(facts, SECRETS, clock)

    assert (first.signed_at, second.signed_at) == ("2026-01-02T03:04:05.600Z", "2026-01-02T04:04:05.600Z")
    assert first.body == second.body == render_body(facts)
    assert first.signature != second.signature


def test_a_recorded_event_is_sealed_with_the_body_it_was_recorded_with() -> None:
    facts, clock = make_facts(), SettableClock(datetime(2026, 1, 2, tzinfo=UTC))
    recorded = RecordedEvent(
        event_id=facts.event_id,
        event_type=facts.event_type,
        stream=facts.stream,
        org_id=facts.org_id,
        user_id=None,
        body=render_body(facts),
    )

    envelope = seal_recorded(recorded, Signer(SECRETS), clock)

    assert envelope.to_json() == seal(facts, SECRETS, clock).to_json()
    assert recorded.body not in repr(recorded)


def test_an_event_about_no_member_has_no_user_id() -> None:
    assert "user_id" not in json.loads(make_envelope().body)


def test_data_keeps_the_bytes_that_were_recorded() -> None:
    text = '{"value": 1.10, "b":2, "a":1}'

    body = render_body(msgspec.structs.replace(make_facts(), data=msgspec.Raw(text.encode())))

    assert body.endswith(f'"data":{text}}}')


def test_an_instant_of_another_zone_is_told_in_utc() -> None:
    local = datetime.fromisoformat("2026-01-02T03:04:05+02:00")

    body = json.loads(render_body(msgspec.structs.replace(make_facts(), occurred_at=local)))

    assert body["occurred_at"] == "2026-01-02T01:04:05.000Z"


def test_the_text_forms_hold_no_health_data() -> None:
    facts = make_facts({"marker": "confidential-finding"})
    envelope = seal(facts, SECRETS, SettableClock(datetime(2026, 1, 2, tzinfo=UTC)))

    assert isinstance(facts, EventFacts)
    assert "confidential" not in repr(facts) + repr(envelope) + f"{envelope}{facts!s}"
    assert envelope.signature not in repr(envelope)

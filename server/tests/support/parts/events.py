"""A sealed event to publish, with secrets that a receiver in the tests knows."""

import base64
from uuid import UUID, uuid4

import msgspec

from healthpartner.core.clock import SystemClock
from healthpartner.events.envelope import Envelope, EventFacts, seal
from healthpartner.events.signing import parse_secret

CURRENT_SECRET = "whsec_" + base64.b64encode(b"current-secret-of-the-tests-0001").decode()
PREVIOUS_SECRET = "whsec_" + base64.b64encode(b"previous-secret-of-the-tests-001").decode()
ORG_ID = UUID("019b7c5e-8f00-7000-8000-00000000000a")


def make_facts(data: object = None, *, user_id: UUID | None = None) -> EventFacts:
    return EventFacts(
        event_id=uuid4(),
        event_type="lab.result.ready",
        stream="lab_results",
        org_id=ORG_ID,
        user_id=user_id,
        occurred_at=SystemClock().now(),
        data=msgspec.Raw(msgspec.json.encode({"marker": "glucose"} if data is None else data)),
    )


def make_envelope(data: object = None, *, user_id: UUID | None = None) -> Envelope:
    return sealed(make_facts(data, user_id=user_id))


def sealed(facts: EventFacts) -> Envelope:
    secrets = [parse_secret(CURRENT_SECRET), parse_secret(PREVIOUS_SECRET)]
    return seal(facts, secrets, SystemClock())

"""An event made ready for one attempt: its body as JSON text, the instant of signing and the signature. The body of an
event is the same bytes on every attempt; only the instant and the signature change.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from healthpartner.core.clock import Clock
from healthpartner.events.signing import Signer

_BODY = msgspec.json.Decoder(dict[str, msgspec.Raw])

# Characters that XML, and so Amazon SQS, forbids in a message though JSON allows them bare.
_NONCHARACTERS = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


class EventFacts(Struct, frozen=True, kw_only=True):
    """What was recorded about an event. `data` is JSON text; `stream` names the queue that it goes to."""

    event_id: UUID
    event_type: str
    stream: str
    org_id: UUID
    user_id: UUID | None
    occurred_at: datetime
    data: msgspec.Raw

    def __repr__(self) -> str:
        return f"EventFacts(event_id={self.event_id}, event_type={self.event_type!r}, stream={self.stream!r})"


class RecordedEvent(Struct, frozen=True, kw_only=True):
    """An event as the outbox keeps it, its body rendered."""

    event_id: UUID
    event_type: str
    stream: str
    org_id: UUID
    user_id: UUID | None
    body: str

    def __repr__(self) -> str:
        return f"RecordedEvent(event_id={self.event_id}, event_type={self.event_type!r}, stream={self.stream!r})"


class Envelope(Struct, frozen=True, kw_only=True):
    """One signed attempt. Its text form leaves out body and secrets: the one is health data, the other is nobody's."""

    event_id: UUID
    event_type: str
    stream: str
    org_id: UUID
    user_id: UUID | None
    signed_at: str
    body: str
    signature: str
    signer: Signer

    def to_json(self) -> str:
        """The message that a queue carries: event_id, event_type, signed_at, body and signature."""
        message = {
            "event_id": self.event_id,
            "event_type": self.event_type,
            "signed_at": self.signed_at,
            "body": self.body,
            "signature": self.signature,
        }
        return msgspec.json.encode(message).decode().translate(_NONCHARACTERS)

    def thin(self) -> "Envelope":
        """The same attempt with a link in place of the data, signed anew, for a destination that it is too big for."""
        fields = _BODY.decode(self.body)
        link = {"truncated": True, "resource": f"/v1/admin/org/events/{self.event_id}"}
        body = msgspec.json.encode({**fields, "data": link}).decode()
        return msgspec.structs.replace(self, body=body, signature=self.signer.sign(body, self.signed_at))

    def webhook_headers(self) -> dict[str, str]:
        """The three headers of the Standard Webhooks specification; their timestamp has whole seconds."""
        timestamp = int(datetime.fromisoformat(self.signed_at).timestamp())
        return {
            "webhook-id": str(self.event_id),
            "webhook-timestamp": str(timestamp),
            "webhook-signature": self.signer.sign_webhook(str(self.event_id), timestamp, self.body),
        }

    def __repr__(self) -> str:
        return f"Envelope(event_id={self.event_id}, event_type={self.event_type!r}, signed_at={self.signed_at!r})"


def render_body(facts: EventFacts) -> str:
    """The event as JSON text: event_id, event_type, occurred_at, org_id, user_id (when it is about one), data."""
    fields: dict[str, object] = {
        "event_id": facts.event_id,
        "event_type": facts.event_type,
        "occurred_at": instant(facts.occurred_at),
        "org_id": facts.org_id,
    }
    if facts.user_id is not None:
        fields["user_id"] = facts.user_id
    fields["data"] = facts.data
    return msgspec.json.encode(fields).decode()


def seal(facts: EventFacts, secrets: Sequence[bytes], clock: Clock) -> Envelope:
    """The event signed now. `secrets`: the active ones, current first."""
    recorded = RecordedEvent(
        event_id=facts.event_id,
        event_type=facts.event_type,
        stream=facts.stream,
        org_id=facts.org_id,
        user_id=facts.user_id,
        body=render_body(facts),
    )
    return seal_recorded(recorded, Signer(secrets), clock)


def seal_recorded(event: RecordedEvent, signer: Signer, clock: Clock) -> Envelope:
    """As `seal`, for an event whose body was rendered when it was recorded, and a signer for many of them."""
    signed_at = instant(clock.now())
    return Envelope(
        event_id=event.event_id,
        event_type=event.event_type,
        stream=event.stream,
        org_id=event.org_id,
        user_id=event.user_id,
        signed_at=signed_at,
        body=event.body,
        signature=signer.sign(event.body, signed_at),
        signer=signer,
    )


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

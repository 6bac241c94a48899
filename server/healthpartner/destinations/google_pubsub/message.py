"""The Pub/Sub message of an event: the signed envelope, with attributes that a subscription can filter by."""

from healthpartner.events.envelope import Envelope

# A field's tag and length in protocol buffers, at most, for what fits into one request.
_FIELD_BYTES = 6


def ordering_key(envelope: Envelope) -> str:
    """The member's id, or the organisation's for events about none."""
    return str(envelope.user_id or envelope.org_id)


def attributes_of(envelope: Envelope) -> dict[str, str]:
    return {
        "event_id": str(envelope.event_id),
        "event_type": envelope.event_type,
        "signed_at": envelope.signed_at,
        "signature": envelope.signature,
    }


def request_bytes(envelope: Envelope, topic: str) -> int:
    """What Pub/Sub counts, at most: the publish request with its one message."""
    parts = [topic, "", envelope.to_json(), ordering_key(envelope)]
    for name, value in attributes_of(envelope).items():
        parts += [name, value, ""]
    return sum(len(part.encode()) + _FIELD_BYTES for part in parts)

"""The Kafka record of an event: the signed envelope, keyed by member, with headers that a receiver can route by."""

from healthpartner.events.envelope import Envelope

# A batch's header, and the most that a record's own lengths and deltas take (five bytes for each of its numbers).
_BATCH_HEADER_BYTES = 61
_NUMBER_BYTES = 5


def key_of(envelope: Envelope) -> bytes:
    """The member's id, or the organisation's for events about none: a key's records keep their order."""
    return str(envelope.user_id or envelope.org_id).encode()


def headers_of(envelope: Envelope) -> list[tuple[str, bytes]]:
    return [
        ("event_id", str(envelope.event_id).encode()),
        ("event_type", envelope.event_type.encode()),
        ("signed_at", envelope.signed_at.encode()),
        ("signature", envelope.signature.encode()),
    ]


def batch_bytes(envelope: Envelope) -> int:
    """What a broker counts towards `max.message.bytes`: the batch with its one record, at most."""
    headers = sum(len(name) + len(value) + 2 * _NUMBER_BYTES for name, value in headers_of(envelope))
    record = 6 * _NUMBER_BYTES + len(key_of(envelope)) + len(envelope.to_json().encode()) + headers
    return _BATCH_HEADER_BYTES + record

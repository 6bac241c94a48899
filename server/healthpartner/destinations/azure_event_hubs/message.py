"""The event hub's event: the signed envelope, with properties that a reader can route by before it parses anything."""

from healthpartner.events.envelope import Envelope

# What AMQP 1.0 adds at most: sections, the partition key's name, and a type and length for each value.
_SECTION_BYTES = 128
_VALUE_BYTES = 5


def partition_key(envelope: Envelope) -> str:
    """The member's id, or the organisation's for events about none."""
    return str(envelope.user_id or envelope.org_id)


def properties_of(envelope: Envelope) -> dict[str, str]:
    return {
        "event_id": str(envelope.event_id),
        "event_type": envelope.event_type,
        "signed_at": envelope.signed_at,
        "signature": envelope.signature,
    }


def message_bytes(envelope: Envelope) -> int:
    """What the service counts, at most: the message as AMQP encodes it."""
    values = [envelope.to_json(), partition_key(envelope), str(envelope.event_id)]
    for name, value in properties_of(envelope).items():
        values += [name, value]
    return _SECTION_BYTES + sum(len(value.encode()) + _VALUE_BYTES for value in values)

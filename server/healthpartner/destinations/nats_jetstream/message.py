"""The NATS message of an event: the signed envelope, with headers that the server and the receiver read first."""

from healthpartner.events.envelope import Envelope

_FRAME = len("NATS/1.0\r\n" + "\r\n")
_LINE = len(": " + "\r\n")


def headers_of(envelope: Envelope, stream: str | None) -> dict[str, str]:
    """`Nats-Msg-Id` has the server drop a copy within its window; `Nats-Expected-Stream` has it refuse another stream."""
    headers = {
        "Nats-Msg-Id": str(envelope.event_id),
        "event_id": str(envelope.event_id),
        "event_type": envelope.event_type,
        "signed_at": envelope.signed_at,
        "signature": envelope.signature,
    }
    return headers if stream is None else {**headers, "Nats-Expected-Stream": stream}


def message_bytes(envelope: Envelope, stream: str | None) -> int:
    """What NATS counts: the headers as they are framed, and the payload."""
    lines = (len(name) + len(value.encode()) + _LINE for name, value in headers_of(envelope, stream).items())
    return _FRAME + sum(lines) + len(envelope.to_json().encode())

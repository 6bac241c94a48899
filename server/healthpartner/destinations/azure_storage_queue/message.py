"""The storage queue's message of an event: the signed envelope as base64, which is what Azure's own readers expect."""

import base64

from healthpartner.events.envelope import Envelope


def text_of(envelope: Envelope) -> str:
    return base64.b64encode(envelope.to_json().encode()).decode()


def message_bytes(envelope: Envelope) -> int:
    """What the service counts: every three bytes, or what is left of them, are four of base64."""
    return (len(envelope.to_json().encode()) + 2) // 3 * 4

"""Test vectors for whoever writes a receiver: envelopes that must be taken and envelopes that must be refused, with
fixed secrets. `python -m healthpartner.events.signature_vectors` writes them out for `contracts/`.
"""

import base64
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from healthpartner.core.clock import SettableClock
from healthpartner.events.envelope import Envelope, EventFacts, seal
from healthpartner.events.signing import SECRET_PREFIX, parse_secret

CURRENT = SECRET_PREFIX + base64.b64encode(bytes(range(32))).decode()
PREVIOUS = SECRET_PREFIX + base64.b64encode(bytes(range(32, 64))).decode()
UNRELATED = SECRET_PREFIX + base64.b64encode(bytes(range(64, 96))).decode()

_SIGNED_AT = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
_OTHER_ID = UUID("019b7c5e-8f00-7000-8000-000000000002")
_FACTS = EventFacts(
    event_id=UUID("019b7c5e-8f00-7000-8000-000000000001"),
    event_type="coach.nudge.created",
    stream="coach_nudges",
    org_id=UUID("019b7c5e-8f00-7000-8000-00000000000a"),
    user_id=UUID("019b7c5e-8f00-7000-8000-00000000000b"),
    occurred_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    data=msgspec.Raw('{"title":"Zeit für Schlaf 🌙","note":"a \\"quoted\\" word"}'.encode()),
)


def render_vectors() -> bytes:
    """The committed file's content, byte for byte."""
    document = {
        "about": "Each envelope is a queue message. A receiver that holds `secrets` takes it when `valid`, else refuses.",
        "signed": "signed_at + '.' + body, UTF-8, HMAC-SHA256; then both event_ids must agree",
        "vectors": _vectors(),
        "signed_of_webhooks": "webhook-id + '.' + webhook-timestamp + '.' + body; then webhook-id must be the event_id",
        "webhooks": _webhooks(),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _vectors() -> list[dict[str, Any]]:
    one, both = _sealed(CURRENT), _sealed(CURRENT, PREVIOUS)
    changed = msgspec.structs.replace
    return [
        _vector("valid", one, [CURRENT], valid=True),
        _vector("valid_thin", one.thin(), [CURRENT], valid=True),
        _vector("valid_in_grace_for_a_receiver_with_the_current_secret", both, [CURRENT], valid=True),
        _vector("valid_in_grace_for_a_receiver_with_the_previous_secret", both, [PREVIOUS], valid=True),
        _vector("valid_for_a_receiver_with_both_secrets", one, [PREVIOUS, CURRENT], valid=True),
        _vector("tampered_body", changed(one, body=one.body.replace("Schlaf", "Kuchen")), [CURRENT], valid=False),
        _vector("tampered_time", changed(one, signed_at="2026-01-02T03:04:06.678Z"), [CURRENT], valid=False),
        _vector("wrong_secret", one, [UNRELATED], valid=False),
        _vector("previous_secret_after_the_grace", one, [PREVIOUS], valid=False),
        _vector("event_id_mismatch", changed(one, event_id=_OTHER_ID), [CURRENT], valid=False),
        _vector("no_signature", changed(one, signature=""), [CURRENT], valid=False),
        _vector(
            "unknown_version_only", changed(one, signature=one.signature.replace("v1,", "v0,")), [CURRENT], valid=False
        ),
    ]


def _webhooks() -> list[dict[str, Any]]:
    one, both = _request(_sealed(CURRENT)), _request(_sealed(CURRENT, PREVIOUS))
    return [
        {"name": "valid", "secrets": [CURRENT], **both, "valid": True},
        {"name": "valid_in_grace", "secrets": [PREVIOUS], **both, "valid": True},
        {"name": "tampered_body", "secrets": [CURRENT], **one, "body": one["body"] + " ", "valid": False},
        {
            "name": "tampered_time",
            "secrets": [CURRENT],
            **_changed(one, "webhook-timestamp", "1767323046"),
            "valid": False,
        },
        {"name": "tampered_id", "secrets": [CURRENT], **_changed(one, "webhook-id", str(_OTHER_ID)), "valid": False},
        {"name": "wrong_secret", "secrets": [UNRELATED], **both, "valid": False},
        {"name": "previous_secret_after_the_grace", "secrets": [PREVIOUS], **one, "valid": False},
    ]


def _request(envelope: Envelope) -> dict[str, Any]:
    return {"headers": envelope.webhook_headers(), "body": envelope.body}


def _changed(request: dict[str, Any], header: str, value: str) -> dict[str, Any]:
    return {**request, "headers": {**request["headers"], header: value}}


def _sealed(*secrets: str) -> Envelope:
    return seal(_FACTS, [parse_secret(secret) for secret in secrets], SettableClock(_SIGNED_AT))


def _vector(name: str, envelope: Envelope, secrets: list[str], *, valid: bool) -> dict[str, Any]:
    return {"name": name, "secrets": secrets, "envelope": envelope.to_json(), "valid": valid}


if __name__ == "__main__":
    sys.stdout.buffer.write(render_vectors())

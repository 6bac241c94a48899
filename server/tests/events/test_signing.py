"""Signatures against an independent receiver, the published webhook library and the committed vectors."""

import base64
import copy
import json
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from healthpartner.events.signature_vectors import render_vectors
from healthpartner.events.signing import Signer, parse_secret, sign, standard_webhook_signature
from tests.support.receiver import Forged, verify

KEYS = st.binary(min_size=32, max_size=64)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VECTORS: dict[str, Any] = json.loads(render_vectors())
COMMITTED = Path(__file__).parents[3] / "contracts" / "signature-vectors.json"


def as_secret(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


def as_envelope(body: str, signed_at: str, signature: str) -> str:
    return json.dumps({"event_id": "e1", "signed_at": signed_at, "body": body, "signature": signature})


@given(key=KEYS, note=TEXTS)
def test_a_receiver_with_the_secret_verifies_any_body(key: bytes, note: str) -> None:
    body = json.dumps({"event_id": "e1", "note": note}, ensure_ascii=False)

    signature = sign(body, "2026-01-02T03:04:05Z", [key])

    assert verify(as_envelope(body, "2026-01-02T03:04:05Z", signature), [as_secret(key)])["note"] == note


@given(key=KEYS, other=KEYS, body=TEXTS, other_body=TEXTS)
def test_a_signature_fits_one_body_and_one_secret_only(key: bytes, other: bytes, body: str, other_body: str) -> None:
    signature = sign(body, "t", [key])

    assert (sign(other_body, "t", [key]) == signature) == (body == other_body)
    # HMAC pads short keys with zero bytes, so keys that differ only in those are the same key.
    assert (sign(body, "t", [other]) == signature) == (key.rstrip(b"\0") == other.rstrip(b"\0"))


@given(current=KEYS, previous=KEYS)
def test_either_secret_verifies_while_both_sign(current: bytes, previous: bytes) -> None:
    body = '{"event_id":"e1"}'

    envelope = as_envelope(body, "t", sign(body, "t", [current, previous]))

    assert verify(envelope, [as_secret(current)]) == verify(envelope, [as_secret(previous)])


def test_the_current_secret_signs_first() -> None:
    current, previous = b"c" * 32, b"p" * 32

    both = sign("{}", "t", [current, previous])

    assert both == f"{sign('{}', 't', [current])} {sign('{}', 't', [previous])}"


@given(current=KEYS, previous=KEYS, body=TEXTS)
def test_the_published_webhook_library_verifies_both_secrets(current: bytes, previous: bytes, body: str) -> None:
    now = int(datetime.now(UTC).timestamp())
    headers = {
        "webhook-id": "e1",
        "webhook-timestamp": str(now),
        "webhook-signature": standard_webhook_signature("e1", now, body, [current, previous]),
    }

    Webhook(as_secret(current)).verify(body, headers, json_parse=False)
    Webhook(as_secret(previous)).verify(body, headers, json_parse=False)


@given(key=KEYS)
def test_a_secret_is_read_from_each_of_its_forms(key: bytes) -> None:
    encoded = base64.b64encode(key).decode()

    forms = [f"whsec_{encoded}", f"whsec_{encoded.rstrip('=')}", encoded, key.hex(), key.hex().upper()]

    assert {parse_secret(form) for form in forms} == {key}


@given(key=st.binary(max_size=31))
def test_a_short_secret_is_refused(key: bytes) -> None:
    for form in (as_secret(key), base64.b64encode(key).decode(), key.hex()):
        with pytest.raises(ValueError, match="secret"):
            parse_secret(form)


@given(text=st.text(max_size=42))
def test_text_that_is_no_secret_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"\Aa signing secret (is base64 or hex|has at least 32 bytes)\Z") as caught:
        parse_secret(text)

    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_signer_shows_and_gives_away_no_secret() -> None:
    signer = Signer([b"k" * 32])

    assert "kkk" not in repr(signer) + str(signer)
    for copied in (pickle.dumps, copy.deepcopy, msgspec.json.encode):
        with pytest.raises(TypeError):
            copied(signer)


def test_signing_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Signer([])


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_independent_receiver_agrees_with_every_vector(vector: dict[str, Any]) -> None:
    if vector["valid"]:
        assert verify(vector["envelope"], vector["secrets"])["event_type"] == "coach.nudge.created"
    else:
        with pytest.raises(Forged):
            verify(vector["envelope"], vector["secrets"])


@pytest.mark.parametrize("vector", VECTORS["webhooks"], ids=lambda vector: vector["name"])
def test_the_published_webhook_library_agrees_with_every_vector(
    vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The vectors' instant is fixed, and the library refuses what is older than five minutes.
    monkeypatch.setattr("standardwebhooks.webhooks.timedelta", lambda **_: timedelta(days=36500))
    receiver = Webhook(vector["secrets"][0])
    if vector["valid"]:
        assert receiver.verify(vector["body"], vector["headers"])["event_type"] == "coach.nudge.created"
    else:
        with pytest.raises(WebhookVerificationError):
            receiver.verify(vector["body"], vector["headers"])


def test_the_committed_vectors_are_the_ones_that_the_code_makes() -> None:
    assert COMMITTED.read_bytes() == render_vectors()

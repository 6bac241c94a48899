"""Events as they arrive: checked, then typed by what they tell of."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from healthpartner_sdk._generated.events import DATA_BY_TYPE
from healthpartner_sdk.errors import InvalidSignature

SCHEME = "v1,"


class Truncated(Struct, frozen=True):
    """In place of data that the queue had no room for: fetch it from `resource`, a path of the API."""

    resource: str


class Event(Struct, frozen=True, kw_only=True):
    """`data` is typed for what this package knows, a dictionary for types and shapes of other versions. Drop an `event_id`
    seen before.
    """

    event_id: UUID
    event_type: str
    occurred_at: datetime
    org_id: UUID
    user_id: UUID | None
    data: Struct | dict[str, Any]


class Verifier:
    """Checks that a message comes from the platform. While a secret is rotated, give the old and the new one."""

    def __init__(self, secrets: str | Sequence[str]) -> None:
        """Secrets as shown once, `whsec_…`."""
        given = [secrets] if isinstance(secrets, str) else list(secrets)
        self._keys = [_key(secret) for secret in given]

    def verify(self, message: str | bytes) -> Event:
        """The event in a queue's message. Raises InvalidSignature for anything that the platform did not sign."""
        envelope = _decoded(message, _Envelope)
        self.verify_body(envelope.body, envelope.signed_at, envelope.signature)
        event = parse(envelope.body)
        if event.event_id != envelope.event_id:
            raise InvalidSignature("the envelope names another event than its body")
        return event

    def verify_body(self, body: str, signed_at: str, signature: str) -> None:
        """For a body whose signature came beside it."""
        signed = f"{signed_at}.{body}".encode()
        given = [part.encode() for part in signature.split(" ")]
        ours = [_signature(key, signed) for key in self._keys]
        # Every pair is compared, so that the time it takes tells nothing.
        if not any([hmac.compare_digest(mine, theirs) for mine in ours for theirs in given]):  # noqa: C419 - on purpose
            raise InvalidSignature("no signature fits")

    def verify_webhook(self, event_id: str, timestamp: str, signature: str, body: bytes | str) -> Event:
        """The event in a webhook's request, by the Standard Webhooks headers `webhook-id`, `-timestamp`, `-signature`."""
        text = body.decode() if isinstance(body, bytes) else body
        self.verify_body(f"{timestamp}.{text}", event_id, signature)
        event = parse(text)
        if str(event.event_id) != event_id:
            raise InvalidSignature("the header names another event than the body")
        return event


class _Envelope(Struct, frozen=True):
    event_id: UUID
    signed_at: str
    body: str
    signature: str


class _Body(Struct, frozen=True):
    event_id: UUID
    event_type: str
    occurred_at: datetime
    org_id: UUID
    data: msgspec.Raw
    user_id: UUID | None = None


def parse(body: str | bytes) -> Event:
    """The event in a body that is known to be genuine."""
    told = _decoded(body, _Body)
    return Event(
        event_id=told.event_id,
        event_type=told.event_type,
        occurred_at=told.occurred_at,
        org_id=told.org_id,
        user_id=told.user_id,
        data=_data(told.event_type, bytes(told.data)),
    )


def _data(event_type: str, text: bytes) -> Struct | dict[str, Any]:
    data: dict[str, Any] = msgspec.json.decode(text)
    if data.get("truncated") is True:
        return Truncated(str(data.get("resource", "")))
    kind = DATA_BY_TYPE.get(event_type)
    if kind is None:
        return data
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError:
        # Genuine, and of another version than this package: not to be lost for that.
        return data


def _decoded(text: str | bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidSignature("not an envelope of the platform") from None


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("a signing secret is whsec_ and base64") from None


def _signature(key: bytes, signed: bytes) -> bytes:
    return SCHEME.encode() + base64.b64encode(hmac.digest(key, signed, hashlib.sha256))

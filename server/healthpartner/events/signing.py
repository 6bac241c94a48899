"""Signatures that prove to a partner that an event is ours and unchanged: HMAC-SHA256 with every active secret, so
that a rotation never leaves a receiver without one that it knows. Queue messages and webhooks sign different bytes.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, NoReturn

MINIMUM_SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105 - the marker that every secret starts with, not a secret

_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


class SecretTooShort(ValueError):
    """A signing secret is shorter than HMAC-SHA256 deserves."""

    def __init__(self) -> None:
        super().__init__(f"a signing secret has at least {MINIMUM_SECRET_BYTES} bytes")


def parse_secret(text: str) -> bytes:
    """The key's bytes, from `whsec_` + base64, from bare base64 or from hex; ValueError when it is none of these or
    shorter than 32 bytes. Text of only hex digits is read as hex.
    """
    encoded = text.removeprefix(SECRET_PREFIX)
    key = bytes.fromhex(text) if encoded == text and _HEX.fullmatch(text) else _base64(encoded)
    if len(key) < MINIMUM_SECRET_BYTES:
        raise SecretTooShort
    return key


def sign(body: str, signed_at: str, secrets: Sequence[bytes]) -> str:
    """`v1,<base64>` for each secret, space-separated, over `signed_at + "." + body` in UTF-8."""
    return _signatures(f"{signed_at}.{body}", secrets)


def standard_webhook_signature(message_id: str, timestamp: int, body: str, secrets: Sequence[bytes]) -> str:
    """The `webhook-signature` header of the Standard Webhooks specification; `timestamp` in seconds since 1970."""
    return _signatures(f"{message_id}.{timestamp}.{body}", secrets)


class TimedSecret(NamedTuple):
    """A secret that signs until `expires_at`; None: until it is replaced."""

    secret: bytes
    expires_at: datetime | None

    def __repr__(self) -> str:
        return f"TimedSecret(expires_at={self.expires_at})"


class Signer:
    """An organisation's active secrets, current first. It signs; it never shows them, and refuses to be copied out."""

    __slots__ = ("_secrets",)

    def __init__(self, secrets: Sequence[bytes]) -> None:
        if not secrets:
            raise ValueError("signing needs at least one secret")
        self._secrets = tuple(secrets)

    def sign(self, body: str, signed_at: str) -> str:
        return sign(body, signed_at, self._secrets)

    def sign_webhook(self, message_id: str, timestamp: int, body: str) -> str:
        return standard_webhook_signature(message_id, timestamp, body, self._secrets)

    @staticmethod
    def at(now: datetime, secrets: Sequence[TimedSecret]) -> "Signer":
        """With those of the secrets that have not expired."""
        return Signer([one.secret for one in secrets if one.expires_at is None or now < one.expires_at])

    def __repr__(self) -> str:
        return f"Signer({len(self._secrets)} secrets)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("signing secrets are never serialised")


def _signatures(text: str, secrets: Sequence[bytes]) -> str:
    message = text.encode()
    return " ".join("v1," + base64.b64encode(hmac.digest(key, message, "sha256")).decode() for key in secrets)


def _base64(text: str) -> bytes:
    padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
    try:
        return base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError):
        # The decoder's own error is dropped: it could quote the secret.
        raise ValueError("a signing secret is base64 or hex") from None

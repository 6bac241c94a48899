"""What a partner sends to rotate the signing secret, and what comes back."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

MAXIMUM_GRACE_SECONDS = 604_800
DEFAULT_GRACE_SECONDS = 86_400


class RotateSigningSecret(Struct, frozen=True, kw_only=True):
    """`signing_secret`: at least 32 bytes in base64 or hex, for a partner that brings its own."""

    grace_period_seconds: Annotated[int, Meta(ge=0, le=MAXIMUM_GRACE_SECONDS)] = DEFAULT_GRACE_SECONDS
    signing_secret: str | None = None


class ActiveSecret(Struct, frozen=True):
    """A secret that signs now; `expires_at` is None for the current one."""

    created_at: datetime
    expires_at: datetime | None


class SigningSecretRotation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`new_signing_secret` is there only when the server made it, and only this once."""

    signing_secret_rotated_at: datetime
    previous_secret_expires_at: datetime
    new_signing_secret: str | None = None

    def __repr__(self) -> str:
        return f"SigningSecretRotation(signing_secret_rotated_at={self.signing_secret_rotated_at!r})"

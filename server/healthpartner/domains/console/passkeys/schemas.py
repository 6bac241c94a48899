"""What a passkey ceremony is about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct


class Site(Struct, frozen=True):
    """The site that passkeys belong to, and the origin that a browser must name."""

    host: str
    origin: str


class Owner(Struct, frozen=True):
    """For whom a passkey is made; the same person gets the same handle again."""

    org_id: UUID
    email: str
    name: str
    org_name: str


class NewPasskey(Struct, frozen=True):
    """A passkey that has proven itself."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Presented(Struct, frozen=True):
    """The passkey that somebody has just signed in with, and whose it is."""

    org_id: UUID
    member_id: UUID
    passkey_id: UUID
    sign_count: int


class Passkey(Struct, frozen=True):
    passkey_id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


Response = dict[str, Any]

"""Credentials as partners ask for and receive them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct


class IssueToken(Struct, frozen=True):
    user_id: UUID
    scope: (
        Annotated[str, Meta(max_length=200, description="A narrower set than `member:read member:write`.")] | None
    ) = None


class MemberToken(Struct, frozen=True):
    access_token: str
    token_type: str
    expires_in: int
    expires_at: datetime
    scope: str


class JsonWebKeySet(Struct, frozen=True):
    """RFC 7517."""

    keys: list[dict[str, Any]]

"""Invites as partners send and receive them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from healthpartner.domains.tenants.console_members.schemas import ConsoleScope

InviteStatus = Literal["pending", "accepted", "revoked", "expired"]
Email = Annotated[str, Meta(max_length=320, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class CreateInvite(Struct, frozen=True):
    email: Email
    scope: ConsoleScope


class Invite(Struct, frozen=True):
    id: UUID
    email: str
    scope: ConsoleScope
    token_prefix: str
    status: InviteStatus
    expires_at: datetime
    created_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None


class InviteCreated(Invite, frozen=True):
    """`invite_url` is shown in this answer only."""

    invite_url: str


class OpenInvite(Struct, frozen=True):
    """An invite that can be accepted, as its link shows it."""

    org_id: UUID
    invite_id: UUID
    email: str
    scope: ConsoleScope
    org_name: str


class NewToken(Struct, frozen=True):
    """What proves an invitation: `text` is shown once, `prefix` stays readable, `digest` is kept."""

    prefix: str
    text: str
    digest: bytes

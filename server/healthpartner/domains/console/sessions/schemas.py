"""A session, as the console knows it and as its owner sees it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from healthpartner.core.access import Actor
from healthpartner.domains.tenants.console_members.schemas import ConsoleScope

Method = Literal["passkey", "password"]


class Session(Struct, frozen=True):
    """Who is signed in, with the scope as it is now."""

    org_id: UUID
    session_id: UUID
    member_id: UUID
    scope: ConsoleScope
    email: str
    name: str | None
    org_name: str

    @property
    def actor(self) -> Actor:
        return Actor("console_member", str(self.member_id))


class ListedSession(Struct, frozen=True):
    session_id: UUID
    method: Method
    client: str
    created_at: datetime
    last_seen_at: datetime
    ends_at: datetime

"""Who is calling: the tenant's server with its key, or one member with a token."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

MEMBER_READ = "member:read"
MEMBER_WRITE = "member:write"

ActorType = Literal["tenant_key", "member", "console_member", "operator", "system"]


class Actor(Struct, frozen=True):
    """Who an audit entry names."""

    type: ActorType
    id: str | None = None


class TenantCaller(Struct, frozen=True):
    org_id: UUID
    key_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor("tenant_key", str(self.key_id))


class MemberCaller(Struct, frozen=True):
    org_id: UUID
    user_id: UUID
    scopes: frozenset[str]

    @property
    def actor(self) -> Actor:
        return Actor("member", str(self.user_id))


Caller = TenantCaller | MemberCaller

SYSTEM = Actor("system")
OPERATOR = Actor("operator")

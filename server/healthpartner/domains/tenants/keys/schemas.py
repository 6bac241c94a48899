"""Tenant keys as partners see them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

KeyName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
GracePeriod = Annotated[int, Meta(ge=0, le=604_800, description="Seconds both stay valid.")]


class TenantKey(Struct, frozen=True):
    id: UUID
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None
    is_current: bool


class TenantKeyCreated(TenantKey, frozen=True):
    """`secret` is shown in this answer only."""

    secret: str


class CreateTenantKey(Struct, frozen=True):
    name: KeyName


class RotateTenantKey(Struct, frozen=True):
    grace_period_seconds: GracePeriod = 86_400


class TenantKeyRotated(Struct, frozen=True):
    """`new_tenant_api_key` is shown in this answer only."""

    new_tenant_api_key: str
    previous_key_expires_at: datetime

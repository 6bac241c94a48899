"""Minting, finding, rotating and revoking tenant keys."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from healthpartner.core.access import TenantCaller
from healthpartner.core.clock import Clock, TenantClocks
from healthpartner.core.errors import NotFound, Unauthorized
from healthpartner.core.pagination import PageRequest, Pagination, page_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.keys import rules, store
from healthpartner.domains.tenants.keys.errors import CannotRevokeSelf
from healthpartner.domains.tenants.keys.schemas import TenantKey, TenantKeyCreated, TenantKeyRotated


async def authenticate(pool: Any, clock: Clock, key: str, environment_prefix: str) -> TenantCaller:
    """Who holds this key, or `Unauthorized`."""
    prefix = rules.prefix_of(key, environment_prefix)
    now = clock.now()
    row = await store.find(pool, prefix, now) if prefix else None
    if row is None or not rules.matches(key, row["digest"]):
        raise Unauthorized
    if row["ahead"] is not None and isinstance(clock, TenantClocks):
        clock.put(row["org_id"], row["ahead"])
    if row["last_used_at"] is None or now - row["last_used_at"] > store.USE_IS_NOTED_EVERY:
        await store.note_use(pool, row["key_id"], now)
    return TenantCaller(row["org_id"], row["key_id"])


async def create(uow: UnitOfWork, name: str, environment_prefix: str) -> TenantKeyCreated:
    key = rules.new_key(environment_prefix)
    row = await store.insert(uow, uow.new_id(), name, key.prefix, key.digest)
    await audit.record(uow, "tenant_key.created", "tenant_key", str(row["id"]))
    return TenantKeyCreated(**row, is_current=False, secret=key.secret)


async def rotate(uow: UnitOfWork, key_id: UUID, grace_period_seconds: int, environment_prefix: str) -> TenantKeyRotated:
    """A new key of the same name; the old one ends after the grace period."""
    name = await store.name_of(uow, key_id)
    if name is None:
        raise NotFound
    created = await create(uow, name, environment_prefix)
    ends = await store.expire(uow, key_id, uow.now() + timedelta(seconds=grace_period_seconds))
    await audit.record(uow, "tenant_key.rotated", "tenant_key", str(key_id))
    return TenantKeyRotated(created.secret, ends)


async def revoke(uow: UnitOfWork, caller: TenantCaller | None, key_id: UUID) -> None:
    """`caller`: the key that asks, which cannot revoke itself; None when a person asks."""
    if caller is not None and key_id == caller.key_id:
        raise CannotRevokeSelf
    if not await store.revoke(uow, key_id):
        raise NotFound
    await audit.record(uow, "tenant_key.revoked", "tenant_key", str(key_id))


async def list_keys(
    uow: UnitOfWork, caller: TenantCaller | None, page: PageRequest, *, include_revoked: bool
) -> tuple[list[TenantKey], Pagination]:
    rows, total = await store.list_page(uow, page, include_revoked=include_revoked)
    shown, pagination = page_of(rows, page, total, lambda row: (row["created_at"], row["id"]))
    current = None if caller is None else caller.key_id
    return [TenantKey(**row, is_current=row["id"] == current) for row in shown], pagination

"""Tenant keys in the database."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork

COLUMNS = "key_id AS id, name, prefix, created_at, last_used_at, revoked_at, expires_at"
USE_IS_NOTED_EVERY = timedelta(minutes=1)


# By the tenant's own time, which in a sandbox may be ahead.
_FIND = """
SELECT org_id, key_id, digest, last_used_at, ahead FROM tenant_key LEFT JOIN tenant_clock USING (org_id)
WHERE prefix = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2::timestamptz + coalesce(ahead, '0'))
"""


async def find(pool: Any, prefix: str, now: datetime) -> Any:
    """The valid key behind a public prefix, whichever tenant's it is, and how far its tenant is ahead."""
    return await pool.fetchrow(_FIND, prefix, now)


async def note_use(pool: Any, key_id: UUID, now: datetime) -> None:
    await pool.execute("UPDATE tenant_key SET last_used_at = $2 WHERE key_id = $1", key_id, now)


async def insert(uow: UnitOfWork, key_id: UUID, name: str, prefix: str, digest: bytes) -> Any:
    return await uow.fetchrow(
        "INSERT INTO tenant_key (org_id, key_id, name, prefix, digest, created_at) "
        f"VALUES ($1, $2, $3, $4, $5, $6) RETURNING {COLUMNS}",
        uow.org_id,
        key_id,
        name,
        prefix,
        digest,
        uow.now(),
    )


async def name_of(uow: UnitOfWork, key_id: UUID) -> str | None:
    """None for a key that is not there, or not valid any more."""
    name: str | None = await uow.fetchval(
        "SELECT name FROM tenant_key WHERE org_id = $1 AND key_id = $2 AND revoked_at IS NULL "
        "AND (expires_at IS NULL OR expires_at > $3)",
        uow.org_id,
        key_id,
        uow.now(),
    )
    return name


async def expire(uow: UnitOfWork, key_id: UUID, expires_at: datetime) -> datetime:
    """Ends a key at `expires_at`, or sooner where it was to end sooner."""
    ends: datetime = await uow.fetchval(
        "UPDATE tenant_key SET expires_at = least(coalesce(expires_at, $3), $3) "
        "WHERE org_id = $1 AND key_id = $2 RETURNING expires_at",
        uow.org_id,
        key_id,
        expires_at,
    )
    return ends


async def revoke(uow: UnitOfWork, key_id: UUID) -> bool:
    """False when there is no such key; a second time changes nothing."""
    found = await uow.fetchval(
        "UPDATE tenant_key SET revoked_at = coalesce(revoked_at, $3) WHERE org_id = $1 AND key_id = $2 RETURNING true",
        uow.org_id,
        key_id,
        uow.now(),
    )
    return bool(found)


async def list_page(uow: UnitOfWork, page: PageRequest, *, include_revoked: bool) -> tuple[list[Any], int]:
    rows = await uow.fetch(
        f"SELECT {COLUMNS} FROM tenant_key WHERE org_id = $1 AND ($2 OR revoked_at IS NULL) "
        "AND ($5::timestamptz IS NULL OR (created_at, key_id) < ($5, $6)) "
        "ORDER BY created_at DESC, key_id DESC LIMIT $3 OFFSET $4",
        uow.org_id,
        include_revoked,
        page.limit + 1,
        page.offset,
        *(page.after or (None, None)),
    )
    total = await uow.fetchval(
        "SELECT count(*) FROM tenant_key WHERE org_id = $1 AND ($2 OR revoked_at IS NULL)", uow.org_id, include_revoked
    )
    return rows, total

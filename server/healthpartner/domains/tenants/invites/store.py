"""Invites in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.invites.schemas import NewToken

# An invite's status follows from its instants; $2 is now.
INVITES = """
SELECT invite_id AS id, email, scope, token_prefix,
       CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN revoked_at IS NOT NULL THEN 'revoked'
            WHEN expires_at <= $2 THEN 'expired' ELSE 'pending' END AS status,
       expires_at, created_at, accepted_at, revoked_at
FROM invite WHERE org_id = $1
"""


_FIND_OPEN = """
SELECT org_id, invite_id, email, scope, token_digest, org.name AS org_name, ahead
FROM invite JOIN org USING (org_id) LEFT JOIN tenant_clock USING (org_id)
WHERE token_prefix = $1 AND accepted_at IS NULL AND revoked_at IS NULL
    AND expires_at > $2::timestamptz + coalesce(ahead, '0')
"""


async def lock_invites(uow: UnitOfWork) -> None:
    """Lets the organisation's invitations take turns, so that no email gets two at once."""
    await uow.execute("SELECT FROM org WHERE org_id = $1 FOR NO KEY UPDATE", uow.org_id)


async def is_pending(uow: UnitOfWork, email: str) -> bool:
    found: bool = await uow.fetchval(
        "SELECT EXISTS (SELECT 1 FROM invite WHERE org_id = $1 AND email = $3 "
        "AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2)",
        uow.org_id,
        uow.now(),
        email,
    )
    return found


async def pending_ids(uow: UnitOfWork, email: str) -> list[UUID]:
    rows = await uow.fetch(
        "SELECT invite_id FROM invite WHERE org_id = $1 AND email = $3 "
        "AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2",
        uow.org_id,
        uow.now(),
        email,
    )
    return [row["invite_id"] for row in rows]


async def insert(uow: UnitOfWork, email: str, scope: str, token: NewToken, expires_at: datetime) -> Any:
    invite_id = uow.new_id()
    await uow.execute(
        "INSERT INTO invite (org_id, invite_id, email, scope, token_prefix, token_digest, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        uow.org_id,
        invite_id,
        email,
        scope,
        token.prefix,
        token.digest,
        uow.now(),
        expires_at,
    )
    return await uow.fetchrow(f"{INVITES} AND invite_id = $3", uow.org_id, uow.now(), invite_id)


async def lock(uow: UnitOfWork, invite_id: UUID) -> Any:
    return await uow.fetchrow(f"{INVITES} AND invite_id = $3 FOR UPDATE", uow.org_id, uow.now(), invite_id)


async def find_open(pool: Any, prefix: str, now: datetime) -> Any:
    """The pending invite behind a public prefix, whichever tenant's it is, by the tenant's own time."""
    return await pool.fetchrow(_FIND_OPEN, prefix, now)


async def accept(uow: UnitOfWork, invite_id: UUID) -> None:
    await uow.execute(
        "UPDATE invite SET accepted_at = $2 WHERE org_id = $1 AND invite_id = $3", uow.org_id, uow.now(), invite_id
    )


async def revoke(uow: UnitOfWork, invite_id: UUID) -> None:
    await uow.execute(
        "UPDATE invite SET revoked_at = $2 WHERE org_id = $1 AND invite_id = $3", uow.org_id, uow.now(), invite_id
    )


async def list_page(uow: UnitOfWork, page: PageRequest, status: str | None) -> tuple[list[Any], int]:
    wanted = f"FROM ({INVITES}) AS invites WHERE ($3::text IS NULL OR status = $3)"
    rows = await uow.fetch(
        f"SELECT * {wanted} AND ($6::timestamptz IS NULL OR (created_at, id) < ($6, $7)) "
        "ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5",
        uow.org_id,
        uow.now(),
        status,
        page.limit + 1,
        page.offset,
        *(page.after or (None, None)),
    )
    return rows, await uow.fetchval(f"SELECT count(*) {wanted}", uow.org_id, uow.now(), status)

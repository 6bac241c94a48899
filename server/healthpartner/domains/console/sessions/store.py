"""Sessions in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork

_FIND = """
SELECT session.org_id, session_id, member_id, scope, email, console_member.name, org.name AS org_name, last_seen_at,
       ahead
FROM console_session AS session JOIN console_member USING (org_id, member_id) JOIN org USING (org_id)
LEFT JOIN tenant_clock USING (org_id)
WHERE token_digest = $1 AND ends_at > $2 AND last_seen_at > $3
"""


async def insert(
    uow: UnitOfWork,
    session_id: UUID,
    member_id: UUID,
    digest: bytes,
    method: str,
    client: str,
    ends_at: datetime,
) -> None:
    await uow.execute(
        "INSERT INTO console_session "
        "(org_id, session_id, member_id, token_digest, method, client, created_at, last_seen_at, ends_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        uow.org_id,
        session_id,
        member_id,
        digest,
        method,
        client,
        uow.clock.now(),
        ends_at,
    )


async def find(pool: Any, digest: bytes, now: datetime, seen_since: datetime) -> Any:
    """The session behind a digest, whichever tenant's it is."""
    return await pool.fetchrow(_FIND, digest, now, seen_since)


async def note_seen(pool: Any, org_id: UUID, session_id: UUID, now: datetime) -> None:
    await pool.execute(
        "UPDATE console_session SET last_seen_at = $3 WHERE org_id = $1 AND session_id = $2", org_id, session_id, now
    )


async def list_of(uow: UnitOfWork, member_id: UUID, seen_since: datetime) -> list[Any]:
    return await uow.fetch(
        "SELECT session_id, method, client, created_at, last_seen_at, ends_at FROM console_session "
        "WHERE org_id = $1 AND member_id = $2 AND ends_at > $3 AND last_seen_at > $4 "
        "ORDER BY created_at DESC, session_id DESC",
        uow.org_id,
        member_id,
        uow.clock.now(),
        seen_since,
    )


async def delete(uow: UnitOfWork, member_id: UUID, session_id: UUID) -> bool:
    found = await uow.fetchval(
        "DELETE FROM console_session WHERE org_id = $1 AND member_id = $2 AND session_id = $3 RETURNING true",
        uow.org_id,
        member_id,
        session_id,
    )
    return bool(found)


async def delete_others(uow: UnitOfWork, member_id: UUID, session_id: UUID) -> int:
    rows = await uow.fetch(
        "DELETE FROM console_session WHERE org_id = $1 AND member_id = $2 AND session_id <> $3 RETURNING true",
        uow.org_id,
        member_id,
        session_id,
    )
    return len(rows)


async def sweep(pool: Any, now: datetime, seen_since: datetime) -> None:
    await pool.execute("DELETE FROM console_session WHERE ends_at <= $1 OR last_seen_at <= $2", now, seen_since)

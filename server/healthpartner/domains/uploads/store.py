"""Uploads in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork


async def insert(
    uow: UnitOfWork,
    upload_id: UUID,
    described: tuple[str, str, int],
    token_digest: bytes,
    expires_at: datetime,
) -> None:
    """`described`: file name, content type and the most bytes to take."""
    await uow.execute(
        "INSERT INTO upload (org_id, upload_id, user_id, filename, content_type, maximum_bytes, status, "
        "token_digest, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9)",
        uow.org_id,
        upload_id,
        uow.user_id,
        *described,
        token_digest,
        uow.now(),
        expires_at,
    )


async def find_slot(system: Any, upload_id: UUID, token_digest: bytes) -> Any:
    """Whose upload this is: the token is the only credential that comes with the bytes."""
    return await system.fetchrow(
        "SELECT org_id, user_id, upload_id, content_type, maximum_bytes, status, expires_at FROM upload "
        "WHERE upload_id = $1 AND token_digest = $2",
        upload_id,
        token_digest,
    )


async def change_status(uow: UnitOfWork, upload_id: UUID, before: str, after: str) -> bool:
    """False when it was not `before`."""
    changed = await uow.fetchval(
        "UPDATE upload SET status = $4 WHERE org_id = $1 AND upload_id = $2 AND status = $3 RETURNING true",
        uow.org_id,
        upload_id,
        before,
        after,
    )
    return bool(changed)


async def mark_stored(uow: UnitOfWork, upload_id: UUID, size: int, sha256: bytes | None) -> bool:
    """False when it is gone or stored already."""
    stored = await uow.fetchval(
        "UPDATE upload SET status = 'stored', size = $3, sha256 = $4, stored_at = $5 "
        "WHERE org_id = $1 AND upload_id = $2 AND status IN ('pending', 'receiving') RETURNING true",
        uow.org_id,
        upload_id,
        size,
        sha256,
        uow.now(),
    )
    return bool(stored)


async def select_usable(uow: UnitOfWork, upload_id: UUID) -> Any:
    """An upload of the unit of work's member, or of its organisation, that may be there."""
    return await uow.fetchrow(
        "SELECT user_id, filename, content_type, maximum_bytes, status, size FROM upload "
        "WHERE org_id = $1 AND upload_id = $2 AND (user_id IS NULL OR user_id = $3) AND status IN ('pending', 'stored')",
        uow.org_id,
        upload_id,
        uow.member_id,
    )


async def select_leftovers(system: Any, expired_before: datetime) -> list[Any]:
    """Uploads that nobody will use: consumed ones, and addresses that never got their bytes."""
    rows: list[Any] = await system.fetch(
        "SELECT org_id, user_id, upload_id FROM upload "
        "WHERE status = 'consumed' OR (status IN ('pending', 'receiving') AND expires_at < $1) LIMIT 1000",
        expired_before,
    )
    return rows


async def delete(system: Any, org_id: UUID, upload_id: UUID) -> None:
    await system.execute("DELETE FROM upload WHERE org_id = $1 AND upload_id = $2", org_id, upload_id)

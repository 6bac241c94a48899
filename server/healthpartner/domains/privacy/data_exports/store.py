"""Finished data exports in the database, so that their files are removed in time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork


async def insert(uow: UnitOfWork, export_id: UUID, size_bytes: int, expires_at: datetime) -> None:
    await uow.execute(
        "INSERT INTO data_export (org_id, user_id, export_id, size_bytes, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        uow.org_id,
        uow.member_id,
        export_id,
        size_bytes,
        uow.now(),
        expires_at,
    )


async def expire_others(uow: UnitOfWork, export_id: UUID) -> None:
    """An export replaces those before it."""
    await uow.execute(
        "UPDATE data_export SET expires_at = least(expires_at, $4) "
        "WHERE org_id = $1 AND user_id = $2 AND export_id <> $3",
        uow.org_id,
        uow.member_id,
        export_id,
        uow.now(),
    )


async def select_expired(system: Any, now: datetime) -> list[Any]:
    rows: list[Any] = await system.fetch(
        "SELECT org_id, user_id, export_id FROM data_export WHERE expires_at <= $1 ORDER BY expires_at LIMIT 1000", now
    )
    return rows


async def delete(system: Any, org_id: UUID, export_id: UUID) -> None:
    await system.execute("DELETE FROM data_export WHERE org_id = $1 AND export_id = $2", org_id, export_id)

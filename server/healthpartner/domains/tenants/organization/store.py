"""Organisations in the database."""

from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork


async def insert(uow: UnitOfWork, name: str, key: str) -> bool:
    """False when the key is taken."""
    inserted = await uow.fetchval(
        "INSERT INTO org (org_id, name, key, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING true",
        uow.org_id,
        name,
        key,
        uow.now(),
    )
    return bool(inserted)


async def read(uow: UnitOfWork) -> Any:
    return await uow.read_row(
        "SELECT org_id AS id, name, key, created_at, "
        "(SELECT count(*) FROM console_member c WHERE c.org_id = o.org_id) AS member_count "
        "FROM org o WHERE org_id = $1",
        uow.org_id,
    )


async def rename(uow: UnitOfWork, name: str) -> None:
    await uow.execute("UPDATE org SET name = $2 WHERE org_id = $1", uow.org_id, name)

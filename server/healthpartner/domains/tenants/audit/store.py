"""The audit log's queries."""

from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork

_COLUMNS = "entry_id, occurred_at, actor_type, actor_id, action, subject_type, subject_id, user_id, request_id"


async def insert(uow: UnitOfWork, *values: object) -> None:
    await uow.execute(
        f"INSERT INTO audit_entry (org_id, {_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        uow.org_id,
        *values,
    )


async def select_page(uow: UnitOfWork, limit: int, offset: int) -> list[Any]:
    return await uow.read(
        f"SELECT {_COLUMNS} FROM audit_entry WHERE org_id = $1 "
        "ORDER BY occurred_at DESC, entry_id DESC LIMIT $2 OFFSET $3",
        uow.org_id,
        limit,
        offset,
    )


async def count(uow: UnitOfWork) -> int:
    row = await uow.read_row("SELECT count(*) AS total FROM audit_entry WHERE org_id = $1", uow.org_id)
    return int(row["total"])

"""Members in the database. The profile is one JSON object, so that a change of any subset is one statement."""

from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork


async def insert(uow: UnitOfWork, user_id: UUID, external_id: str | None, profile: dict[str, Any]) -> bool:
    """False when the id or the external id is taken."""
    inserted = await uow.fetchval(
        "INSERT INTO member (org_id, user_id, external_id, profile, created_at, updated_at) "
        "VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING RETURNING true",
        uow.org_id,
        user_id,
        external_id,
        profile,
        uow.now(),
    )
    return bool(inserted)


async def id_of(uow: UnitOfWork, external_id: str) -> UUID | None:
    found: UUID | None = await uow.fetchval(
        "SELECT user_id FROM member WHERE org_id = $1 AND external_id = $2", uow.org_id, external_id
    )
    return found


async def exists(uow: UnitOfWork, user_id: UUID) -> bool:
    row = await uow.read_row("SELECT true AS found FROM member WHERE org_id = $1 AND user_id = $2", uow.org_id, user_id)
    return row is not None


async def read(uow: UnitOfWork) -> Any:
    return await uow.read_row(
        "SELECT user_id, profile FROM member WHERE org_id = $1 AND user_id = $2", uow.org_id, uow.member_id
    )


async def merge_profile(uow: UnitOfWork, changes: dict[str, Any]) -> None:
    await uow.execute(
        "UPDATE member SET profile = profile || $3, updated_at = $4 WHERE org_id = $1 AND user_id = $2",
        uow.org_id,
        uow.member_id,
        changes,
        uow.now(),
    )


async def delete(uow: UnitOfWork) -> None:
    await uow.execute("DELETE FROM member WHERE org_id = $1 AND user_id = $2", uow.org_id, uow.member_id)

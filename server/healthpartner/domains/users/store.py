"""Members in the database. The profile is one JSON object, so that a change of any subset is one statement."""

from typing import Any
from uuid import UUID

from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork

COUNTED = 10_000


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


async def list_page(uow: UnitOfWork, page: PageRequest, search: str | None) -> tuple[list[Any], int]:
    """Members are counted up to a limit, so that the cost does not grow with the tenant."""
    wanted = "org_id = $1 AND ($2::text IS NULL OR user_id::text = $2 OR starts_with(external_id, $2))"
    rows = await uow.fetch(
        f"SELECT user_id, external_id, created_at FROM member WHERE {wanted} "
        "AND ($5::timestamptz IS NULL OR (created_at, user_id) < ($5, $6)) "
        "ORDER BY created_at DESC, user_id DESC LIMIT $3 OFFSET $4",
        uow.org_id,
        search,
        page.limit + 1,
        page.offset,
        *(page.after or (None, None)),
    )
    counted = f"SELECT count(*) FROM (SELECT FROM member WHERE {wanted} LIMIT {COUNTED}) AS counted"
    return rows, await uow.fetchval(counted, uow.org_id, search)


async def find(uow: UnitOfWork, user_id: UUID) -> Any:
    return await uow.fetchrow(
        "SELECT user_id, external_id, created_at FROM member WHERE org_id = $1 AND user_id = $2", uow.org_id, user_id
    )


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

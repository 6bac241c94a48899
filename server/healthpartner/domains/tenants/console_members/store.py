"""Console members in the database. Emails are kept in lower case."""

from typing import Any
from uuid import UUID

from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork


async def list_page(uow: UnitOfWork, page: PageRequest) -> tuple[list[Any], int]:
    rows = await uow.fetch(
        "SELECT member_id AS id, email, name, scope, created_at FROM console_member WHERE org_id = $1 "
        "AND ($4::timestamptz IS NULL OR (created_at, member_id) < ($4, $5)) "
        "ORDER BY created_at DESC, member_id DESC LIMIT $2 OFFSET $3",
        uow.org_id,
        page.limit + 1,
        page.offset,
        *(page.after or (None, None)),
    )
    total = await uow.fetchval("SELECT count(*) FROM console_member WHERE org_id = $1", uow.org_id)
    return rows, total


async def insert(uow: UnitOfWork, member_id: UUID, email: str, name: str, scope: str) -> bool:
    """False when the email is taken."""
    inserted = await uow.fetchval(
        "INSERT INTO console_member (org_id, member_id, email, name, scope, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING true",
        uow.org_id,
        member_id,
        email,
        name,
        scope,
        uow.now(),
    )
    return bool(inserted)


async def delete(uow: UnitOfWork, member_id: UUID) -> bool:
    found = await uow.fetchval(
        "DELETE FROM console_member WHERE org_id = $1 AND member_id = $2 RETURNING true", uow.org_id, member_id
    )
    return bool(found)


async def has_email(uow: UnitOfWork, email: str) -> bool:
    found: bool = await uow.fetchval(
        "SELECT EXISTS (SELECT 1 FROM console_member WHERE org_id = $1 AND email = $2)", uow.org_id, email
    )
    return found

"""The audit log's queries."""

from typing import Any
from uuid import UUID

from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit.schemas import AuditFilter

_COLUMNS = "entry_id, occurred_at, actor_type, actor_id, action, subject_type, subject_id, user_id, request_id"

_WANTED = """org_id = $1 AND ($2::uuid IS NULL OR user_id = $2) AND ($3::text IS NULL OR action = $3)
AND ($4::timestamptz IS NULL OR occurred_at >= $4) AND ($5::timestamptz IS NULL OR occurred_at < $5)"""

# A request id is the caller's own text, so it could name the member too.
_ANONYMISE = """
UPDATE audit_entry SET user_id = NULL, request_id = NULL,
    actor_id = CASE WHEN actor_id = $2::uuid::text THEN NULL ELSE actor_id END,
    subject_id = CASE WHEN subject_id = $2::uuid::text THEN NULL ELSE subject_id END
WHERE org_id = $1 AND (user_id = $2 OR actor_id = $2::uuid::text OR subject_id = $2::uuid::text)
"""


async def insert(uow: UnitOfWork, *values: object) -> None:
    await uow.execute(
        f"INSERT INTO audit_entry (org_id, {_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        uow.org_id,
        *values,
    )


async def select_page(uow: UnitOfWork, page: PageRequest, wanted: AuditFilter) -> tuple[list[Any], int]:
    chosen = (uow.org_id, wanted.user_id, wanted.action, wanted.start, wanted.end)
    rows = await uow.fetch(
        f"SELECT {_COLUMNS} FROM audit_entry WHERE {_WANTED} "
        "AND ($8::timestamptz IS NULL OR (occurred_at, entry_id) < ($8, $9)) "
        "ORDER BY occurred_at DESC, entry_id DESC LIMIT $6 OFFSET $7",
        *chosen,
        page.limit + 1,
        page.offset,
        *(page.after or (None, None)),
    )
    return rows, await uow.fetchval(f"SELECT count(*) FROM audit_entry WHERE {_WANTED}", *chosen)


async def anonymise(uow: UnitOfWork, user_id: UUID) -> None:
    await uow.execute(_ANONYMISE, uow.org_id, user_id)

"""Writing and reading the audit log."""

from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import store
from healthpartner.domains.tenants.audit.schemas import AuditEntry


async def record(
    uow: UnitOfWork, action: str, subject_type: str, subject_id: object, user_id: UUID | None = None
) -> None:
    """Notes what the unit of work's actor did, such as `queue.registered`; `user_id`: the member whose data it is."""
    await store.insert(
        uow,
        uow.new_id(),
        uow.now(),
        uow.actor.type,
        uow.actor.id,
        action,
        subject_type,
        None if subject_id is None else str(subject_id),
        user_id,
        uow.request_id,
    )


async def list_entries(uow: UnitOfWork, limit: int, offset: int) -> tuple[list[AuditEntry], int]:
    """One page, newest first, and the number of all entries."""
    rows = await store.select_page(uow, limit, offset)
    return [AuditEntry(**row) for row in rows], await store.count(uow)

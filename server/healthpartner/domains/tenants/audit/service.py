"""Writing and reading the audit log."""

from uuid import UUID

from healthpartner.core.pagination import PageRequest, Pagination, page_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import store
from healthpartner.domains.tenants.audit.schemas import AuditEntry, AuditFilter


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


async def list_entries(uow: UnitOfWork, page: PageRequest, wanted: AuditFilter) -> tuple[list[AuditEntry], Pagination]:
    """One page of what passes the filter, newest first."""
    rows, total = await store.select_page(uow, page, wanted)
    shown, pagination = page_of(rows, page, total, lambda row: (row["occurred_at"], row["entry_id"]))
    return [AuditEntry(**row) for row in shown], pagination


async def forget_member(uow: UnitOfWork, user_id: UUID) -> None:
    """Takes the member's id out of every entry: what happened stays on record, to whom does not."""
    await store.anonymise(uow, user_id)


async def record_erasure(uow: UnitOfWork) -> None:
    """The tombstone: that a member was erased and when, but not who."""
    await store.insert(uow, uow.new_id(), uow.now(), uow.actor.type, None, "member.erased", "member", None, None, None)

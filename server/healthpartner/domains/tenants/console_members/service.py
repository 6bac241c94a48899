"""Listing and removing console members."""

from uuid import UUID

from healthpartner.core.errors import Conflict, NotFound
from healthpartner.core.pagination import PageRequest, Pagination, page_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.console_members import store
from healthpartner.domains.tenants.console_members.schemas import ConsoleMember, ConsoleScope


async def list_members(uow: UnitOfWork, page: PageRequest) -> tuple[list[ConsoleMember], Pagination]:
    rows, total = await store.list_page(uow, page)
    shown, pagination = page_of(rows, page, total, lambda row: (row["created_at"], row["id"]))
    return [ConsoleMember(**row) for row in shown], pagination


async def add(uow: UnitOfWork, member_id: UUID, email: str, name: str, scope: ConsoleScope) -> None:
    """Whoever accepted an invite; `email` is in lower case."""
    if not await store.insert(uow, member_id, email, name, scope):
        raise Conflict("This email belongs to a console member already.")
    await audit.record(uow, "console_member.joined", "console_member", member_id)


async def remove(uow: UnitOfWork, member_id: UUID) -> None:
    if not await store.delete(uow, member_id):
        raise NotFound
    await audit.record(uow, "console_member.removed", "console_member", member_id)


async def has_email(uow: UnitOfWork, email: str) -> bool:
    """Whether this address, in lower case, belongs to a console member already."""
    return await store.has_email(uow, email)

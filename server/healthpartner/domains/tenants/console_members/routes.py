"""HTTP operations on console members."""

from uuid import UUID

from healthpartner.core.errors import NotFound
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Page
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.console_members import service
from healthpartner.domains.tenants.console_members.schemas import ConsoleMember

GROUP = "Partner management"


@endpoint("GET /v1/admin/org/members", "list_members", group=GROUP, auth="tenant", summary="Console members of the org")
async def list_members(uow: UnitOfWork, page: PageRequest) -> Page[ConsoleMember]:
    return Page(*await service.list_members(uow, page))


@endpoint(
    "DELETE /v1/admin/org/members/{member_id:uuid}",
    "remove_member",
    group=GROUP,
    auth="tenant",
    success=204,
    summary="Remove a console member's account from the org",
    errors=(NotFound,),
)
async def remove_member(member_id: UUID, uow: UnitOfWork) -> None:
    await service.remove(uow, member_id)


ROUTES = [list_members, remove_member]

"""HTTP operations on invites."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request
from litestar.params import QueryParameter

from healthpartner.core.config import Settings
from healthpartner.core.errors import Conflict, NotFound
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data, Page
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.invites import service
from healthpartner.domains.tenants.invites.errors import InviteAlreadyAccepted, InviteAlreadyRevoked, InvitePending
from healthpartner.domains.tenants.invites.schemas import CreateInvite, Invite, InviteCreated, InviteStatus

GROUP = "Partner management"


@endpoint("GET /v1/admin/org/invites", "list_invites", group=GROUP, auth="tenant", summary="Invites")
async def list_invites(
    uow: UnitOfWork,
    page: PageRequest,
    status: Annotated[InviteStatus | None, QueryParameter(description="Only invites in this state.")] = None,
) -> Page[Invite]:
    return Page(*await service.list_invites(uow, page, status))


@endpoint(
    "POST /v1/admin/org/invites",
    "create_invite",
    group=GROUP,
    auth="tenant",
    success=201,
    summary="Invite a console member",
    errors=(InvitePending, Conflict),
)
async def create_invite(
    data: CreateInvite, uow: UnitOfWork, settings: Settings, request: Request[Any, Any, Any]
) -> Data[InviteCreated]:
    """The answer is the only place where `invite_url` is ever shown."""
    return Data(await service.create(uow, data, settings.http.public_url or str(request.base_url)))


@endpoint(
    "DELETE /v1/admin/org/invites/{invite_id:uuid}",
    "revoke_invite",
    group=GROUP,
    auth="tenant",
    success=204,
    summary="Revoke an invite",
    errors=(NotFound, InviteAlreadyAccepted, InviteAlreadyRevoked),
)
async def revoke_invite(invite_id: UUID, uow: UnitOfWork) -> None:
    await service.revoke(uow, invite_id)


ROUTES = [list_invites, create_invite, revoke_invite]

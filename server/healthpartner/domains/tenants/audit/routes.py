"""HTTP operations on the audit log."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Page
from healthpartner.core.http.parameters import instant
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service
from healthpartner.domains.tenants.audit.schemas import AuditEntry, AuditFilter

Action = Annotated[str | None, QueryParameter(max_length=100, description="Such as `invite.created`.")]
Start = Annotated[datetime | None, QueryParameter(description="From this instant on.")]
End = Annotated[datetime | None, QueryParameter(description="Before this instant.")]
OfMember = Annotated[UUID | None, QueryParameter(description="Only what concerns this member.")]


@endpoint(
    "GET /v1/admin/org/audit-log",
    "list_audit_log",
    group="Partner management",
    auth="tenant",
    summary="Who did what to whose data and when",
)
async def list_audit_log(
    uow: UnitOfWork,
    page: PageRequest,
    user_id: OfMember = None,
    action: Action = None,
    start: Start = None,
    end: End = None,
) -> Page[AuditEntry]:
    wanted = AuditFilter(user_id, action, instant("start", start), instant("end", end))
    return Page(*await service.list_entries(uow, page, wanted))


ROUTES = [list_audit_log]

"""HTTP operations on the caller's own organisation."""

from healthpartner.core.errors import ImmutableField
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.organization import service
from healthpartner.domains.tenants.organization.schemas import Organization, UpdateOrganization

GROUP = "Partner management"


@endpoint("GET /v1/admin/org", "get_org", group=GROUP, auth="tenant", summary="The caller's own org")
async def get_org(uow: UnitOfWork) -> Data[Organization]:
    return Data(await service.read(uow))


@endpoint(
    "PATCH /v1/admin/org",
    "update_org",
    group=GROUP,
    auth="tenant",
    summary="Rename the org",
    errors=(ImmutableField,),
)
async def update_org(data: UpdateOrganization, uow: UnitOfWork) -> Data[Organization]:
    return Data(await service.update(uow, data))


ROUTES = [get_org, update_org]

"""HTTP operations on tenant keys."""

from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from healthpartner.core.access import TenantCaller
from healthpartner.core.config import Settings
from healthpartner.core.errors import NotFound
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data, Page
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.keys import service
from healthpartner.domains.tenants.keys.errors import CannotRevokeSelf
from healthpartner.domains.tenants.keys.schemas import CreateTenantKey, TenantKey, TenantKeyCreated

GROUP = "Partner management"


@endpoint(
    "GET /v1/admin/org/tenant-keys",
    "list_tenant_keys",
    group=GROUP,
    auth="tenant",
    summary="Tenant keys without secrets",
)
async def list_tenant_keys(
    uow: UnitOfWork,
    caller: TenantCaller,
    page: PageRequest,
    include_revoked: Annotated[bool, QueryParameter(description="Show revoked keys too.")] = False,  # noqa: FBT002 - a query parameter
) -> Page[TenantKey]:
    return Page(*await service.list_keys(uow, caller, page, include_revoked=include_revoked))


@endpoint(
    "POST /v1/admin/org/tenant-keys",
    "create_tenant_key",
    group=GROUP,
    auth="tenant",
    success=201,
    summary="Mint a named tenant key",
)
async def create_tenant_key(data: CreateTenantKey, uow: UnitOfWork, settings: Settings) -> Data[TenantKeyCreated]:
    """The answer is the only place where the key is ever shown."""
    return Data(await service.create(uow, data.name, settings.deployment.key_prefix))


@endpoint(
    "DELETE /v1/admin/org/tenant-keys/{key_id:uuid}",
    "revoke_tenant_key",
    group=GROUP,
    auth="tenant",
    success=204,
    summary="Revoke a key",
    errors=(NotFound, CannotRevokeSelf),
)
async def revoke_tenant_key(key_id: UUID, uow: UnitOfWork, caller: TenantCaller) -> None:
    await service.revoke(uow, caller, key_id)


ROUTES = [list_tenant_keys, create_tenant_key, revoke_tenant_key]

"""HTTP operations on linked devices."""

from typing import Annotated

from litestar.params import QueryParameter

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data, Page
from healthpartner.core.http.parameters import Cursor, Offset, page_request
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.devices import service
from healthpartner.domains.devices.schemas import LinkedDevice, NativeRegistered, RegisterNative

GROUP = "Devices"
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="Rows on a page.")]


@endpoint(
    "POST /v1/users/{user_id:uuid}/devices/actions/register",
    "register_native_platform",
    group=GROUP,
    auth="member",
    success=201,
    summary="Link Apple Health / Health Connect after OS permission",
)
async def register_native_platform(data: RegisterNative, uow: UnitOfWork) -> Data[NativeRegistered]:
    return Data(await service.register_native(uow, data.platform))


@endpoint(
    "GET /v1/users/{user_id:uuid}/devices", "list_user_devices", group=GROUP, auth="member", summary="Linked devices"
)
async def list_user_devices(
    uow: UnitOfWork, limit: Limit = 10, offset: Offset = 0, cursor: Cursor = None
) -> Page[LinkedDevice]:
    return Page(*await service.list_devices(uow, page_request(limit, offset, cursor)))


ROUTES = [register_native_platform, list_user_devices]

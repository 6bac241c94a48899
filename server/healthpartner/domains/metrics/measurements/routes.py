"""HTTP operations on one entry. The name of a list holds a slash, which no parameter of a route can, so each kind has
routes of its own; the OpenAPI document shows one.
"""

from typing import Annotated

from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter

from healthpartner.core.errors import NotFound
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.entries import Kind
from healthpartner.domains.metrics.measurements import service
from healthpartner.domains.metrics.measurements.kinds import KINDS
from healthpartner.domains.metrics.measurements.schemas import Measurement

GROUP = "Metrics and insights"
SHOWN = "/v1/users/{user_id}/metrics/{metric}/measurements/{sample_id}"

SampleId = Annotated[str, PathParameter(max_length=255, description="Our id of the entry, or the `client_id`.")]


def _operation(name: str, kind: Kind) -> str:
    """The first kind stands for all in the OpenAPI document."""
    return name if kind is KINDS[0] else f"{name}:{kind.metric}"


def _routes(kind: Kind) -> list[HTTPRouteHandler]:
    path = f"/v1/users/{{user_id:uuid}}/metrics/{kind.metric}/measurements/{{sample_id:str}}"

    @endpoint(
        f"GET {path}",
        _operation("get_measurement", kind),
        group=GROUP,
        auth="member",
        summary="One entry by server id or client_id ({metric} contains a slash)",
        errors=(NotFound,),
        shown_as=(SHOWN, kind.metric),
    )
    async def get_measurement(sample_id: SampleId, uow: UnitOfWork) -> Data[Measurement]:
        """The entry as its source told it, whatever other sources say about the same time."""
        return Data(await service.read(uow, kind, sample_id))

    @endpoint(
        f"DELETE {path}",
        _operation("delete_measurement", kind),
        group=GROUP,
        auth="member",
        success=204,
        summary="Delete a partner-stamped entry",
        errors=(NotFound,),
        shown_as=(SHOWN, kind.metric),
    )
    async def delete_measurement(sample_id: SampleId, uow: UnitOfWork) -> None:
        """Only what you have sent yourself. Every `client_id` that told of it is free again afterwards: those of corrections, and, as a measure of a body entry is a sample of its timeseries too, those of the other kind. When one measure of a body entry is deleted as a sample, the entry's `client_id` is free, and to send the entry again stores that measure again."""
        await service.remove(uow, kind, sample_id)

    return [get_measurement, delete_measurement]


ROUTES = [route for kind in KINDS for route in _routes(kind)]

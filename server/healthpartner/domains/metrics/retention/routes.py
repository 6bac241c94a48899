"""The organization's retention, as its partner reads it; the operator of the platform sets it."""

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.retention import service
from healthpartner.domains.metrics.retention.schemas import Retention


@endpoint(
    "GET /v1/admin/org/retention",
    "get_retention",
    group="Partner management",
    auth="tenant",
    summary="How long members' measurements are kept, and in how much detail",
)
async def get_retention(uow: UnitOfWork) -> Data[Retention]:
    """Set by the operator of the platform. What is for a day that is thinned or deleted is refused with `outside_retention`."""
    return Data(await service.read(uow))


ROUTES = [get_retention]

"""HTTP operations on the health profile."""

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.health_profile import service
from healthpartner.domains.health_profile.schemas import HealthProfile


@endpoint(
    "GET /v1/users/{user_id:uuid}/health-profile",
    "get_profile",
    group="Health profile",
    auth="member",
    summary="One-call read model for a member dashboard",
    cacheable=True,
)
async def get_profile(uow: UnitOfWork) -> Data[HealthProfile]:
    return Data(await service.read(uow))


ROUTES = [get_profile]

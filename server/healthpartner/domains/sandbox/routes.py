"""HTTP operations of the sandbox."""

from healthpartner.core.config import Settings
from healthpartner.core.errors import Conflict, Forbidden
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.sandbox import service
from healthpartner.domains.sandbox.schemas import CreateSyntheticMember, SyntheticMemberAccepted

GROUP = "Sandbox"


@endpoint(
    "POST /v1/sandbox/members",
    "create_synthetic_member",
    group=GROUP,
    auth="tenant",
    success=202,
    summary="Sandbox only: a synthetic member (persona + seed) with months of realistic data",
    errors=(Forbidden, Conflict),
)
async def create_synthetic_member(
    data: CreateSyntheticMember, uow: UnitOfWork, settings: Settings
) -> Data[SyntheticMemberAccepted]:
    """Steps, heart rate, sleep, workouts and what else the persona's devices notice, with their gaps and overlaps."""
    service.require_sandbox(settings)
    return Data(await service.create(uow, data))


ROUTES = [create_synthetic_member]

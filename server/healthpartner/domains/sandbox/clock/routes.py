"""HTTP operations on a tenant's clock."""

from healthpartner.core.config import Settings
from healthpartner.core.db.pool import Database
from healthpartner.core.errors import Forbidden
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.sandbox import service as sandbox
from healthpartner.domains.sandbox.clock import service
from healthpartner.domains.sandbox.clock.schemas import AdvanceClock, ClockAdvanced

GROUP = "Sandbox"


@endpoint(
    "POST /v1/sandbox/clock/advance",
    "advance_clock",
    group=GROUP,
    auth="tenant",
    summary="Sandbox only: move the tenant's clock so that schedules and retries can be rehearsed",
    errors=(Forbidden,),
)
async def advance_clock(
    data: AdvanceClock, uow: UnitOfWork, database: Database, settings: Settings
) -> Data[ClockAdvanced]:
    """Synthetic members' data arrives as it would have, hour by hour; tokens, keys and addresses age; retries fall due.

    Only this tenant's time moves, and never back.
    """
    sandbox.require_sandbox(settings)
    return Data(await service.advance(uow, database, data))


ROUTES = [advance_clock]

"""HTTP operations on rehearsed faults."""

from healthpartner.core.config import Settings
from healthpartner.core.errors import Forbidden
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.sandbox import service as sandbox
from healthpartner.domains.sandbox.faults.schemas import SwitchFault
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.domains.tenants.queues.errors import QueueNotConfigured

GROUP = "Sandbox"


@endpoint(
    "PUT /v1/sandbox/queues/{queue_name:str}/fault",
    "switch_queue_fault",
    group=GROUP,
    auth="tenant",
    success=204,
    summary="Sandbox only: let deliveries to a queue fail, or end that",
    errors=(Forbidden, QueueNotConfigured),
)
async def switch_queue_fault(queue_name: str, data: SwitchFault, uow: UnitOfWork, settings: Settings) -> None:
    """Attempts fail at once with the chosen cause and reach nobody; all that follows is as with a real failure."""
    sandbox.require_sandbox(settings)
    await queues.switch_fault(uow, queue_name, data.fault)


ROUTES = [switch_queue_fault]

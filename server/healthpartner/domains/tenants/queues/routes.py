"""HTTP operations on event streams and their destinations."""

from typing import Any

from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import InvalidRequest
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.destinations.contract import DestinationContext
from healthpartner.domains.tenants.queues import service
from healthpartner.domains.tenants.queues.errors import QueueAlreadyConfigured, QueueNotConfigured
from healthpartner.domains.tenants.queues.schemas import QueueContext, TestPublish

GROUP = "Partner management"


@endpoint(
    "GET /v1/admin/org/queues",
    "list_queues",
    group=GROUP,
    auth="tenant",
    summary="All streams with their destination and delivery health",
)
async def list_queues(uow: UnitOfWork) -> Data[list[dict[str, Any]]]:
    return Data([queue.body() for queue in await service.list_all(uow)])


@endpoint(
    "GET /v1/admin/org/queues/{queue_name:str}",
    "get_queue",
    group=GROUP,
    auth="tenant",
    summary="One stream's destination",
    errors=(QueueNotConfigured,),
)
async def get_queue(queue_name: str, uow: UnitOfWork) -> Data[dict[str, Any]]:
    return Data((await service.get(uow, queue_name)).body())


@endpoint(
    "POST /v1/admin/org/queues/{queue_name:str}",
    "register_queue",
    group=GROUP,
    auth="tenant",
    success=201,
    summary="Register a destination after a synthetic test publish",
    errors=(QueueAlreadyConfigured, InvalidRequest),
)
async def register_queue(
    queue_name: str, data: dict[str, Any], uow: UnitOfWork, keyring: Keyring, destinations: DestinationContext
) -> Data[dict[str, Any]]:
    """Send `type` and, under the name of that type, its settings. Nothing is stored when the test event fails."""
    queue = await service.register(uow, QueueContext(keyring, destinations), queue_name, data)
    return Data(queue.body())


@endpoint(
    "PUT /v1/admin/org/queues/{queue_name:str}",
    "replace_queue",
    group=GROUP,
    auth="tenant",
    summary="Replace a destination after a synthetic test publish",
    errors=(QueueNotConfigured, InvalidRequest),
)
async def replace_queue(
    queue_name: str, data: dict[str, Any], uow: UnitOfWork, keyring: Keyring, destinations: DestinationContext
) -> Data[dict[str, Any]]:
    """The body is as for registering. When the test event fails the destination stays as it was."""
    queue = await service.replace(uow, QueueContext(keyring, destinations), queue_name, data)
    return Data(queue.body())


@endpoint(
    "DELETE /v1/admin/org/queues/{queue_name:str}",
    "delete_queue",
    group=GROUP,
    auth="tenant",
    success=204,
    summary="Remove a destination; events buffer again",
    errors=(QueueNotConfigured,),
)
async def delete_queue(queue_name: str, uow: UnitOfWork) -> None:
    await service.delete(uow, queue_name)


@endpoint(
    "POST /v1/admin/org/queues/{queue_name:str}/test",
    "send_test_event",
    group=GROUP,
    auth="tenant",
    summary="Send a signed test event now",
    errors=(QueueNotConfigured, InvalidRequest),
)
async def send_test_event(
    queue_name: str, uow: UnitOfWork, keyring: Keyring, destinations: DestinationContext
) -> Data[TestPublish]:
    return Data(await service.send_test(uow, QueueContext(keyring, destinations), queue_name))


@endpoint(
    "POST /v1/admin/org/queues/{queue_name:str}/pause",
    "pause_queue",
    group=GROUP,
    auth="tenant",
    summary="Hold events back until the destination is resumed",
    errors=(QueueNotConfigured,),
)
async def pause_queue(queue_name: str, uow: UnitOfWork) -> Data[dict[str, Any]]:
    """Attempts under way end; then events wait, for up to 30 days. Pausing twice is pausing once."""
    return Data((await service.pause(uow, queue_name)).body())


@endpoint(
    "POST /v1/admin/org/queues/{queue_name:str}/resume",
    "resume_queue",
    group=GROUP,
    auth="tenant",
    summary="Let events flow again, oldest first",
    errors=(QueueNotConfigured,),
)
async def resume_queue(queue_name: str, uow: UnitOfWork) -> Data[dict[str, Any]]:
    """What was being retried keeps its attempts, and has 48 hours from now for those that are left."""
    return Data((await service.resume(uow, queue_name)).body())


ROUTES = [
    list_queues,
    get_queue,
    register_queue,
    replace_queue,
    delete_queue,
    send_test_event,
    pause_queue,
    resume_queue,
]

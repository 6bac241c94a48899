"""HTTP operations on the event log."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data, Page
from healthpartner.core.http.parameters import instant
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.event_log import service
from healthpartner.domains.tenants.event_log.schemas import (
    EventDetail,
    EventEntry,
    EventFilter,
    EventStatus,
    Redelivery,
    Replay,
    ReplayEvents,
)
from healthpartner.domains.tenants.queues.errors import QueueNotConfigured
from healthpartner.events.event import Stream

GROUP = "Event stream"

OfStream = Annotated[Stream | None, QueryParameter(description="Only events of this stream.")]
OfType = Annotated[str | None, QueryParameter(max_length=100, description="Such as `device.connection.updated`.")]
WithStatus = Annotated[EventStatus | None, QueryParameter(description="Only events that fare like this.")]
OfMember = Annotated[UUID | None, QueryParameter(description="Only events about this member.")]
Start = Annotated[datetime | None, QueryParameter(description="Occurred from this instant on.")]
End = Annotated[datetime | None, QueryParameter(description="Occurred before this instant.")]


@endpoint(
    "GET /v1/admin/org/events",
    "list_events",
    group=GROUP,
    auth="tenant",
    summary="Events by stream / type / status / member / time",
)
async def list_events(
    uow: UnitOfWork,
    page: PageRequest,
    stream: OfStream = None,
    event_type: OfType = None,
    status: WithStatus = None,
    user_id: OfMember = None,
    start: Start = None,
    end: End = None,
) -> Page[EventEntry]:
    """Newest first. `total` counts up to 10,000, and so far goes `offset`; a `cursor` leads to the end, and neither
    skips nor repeats an event while new ones occur. Events are kept for 30 days, failed ones for 30 days after their
    last attempt.
    """
    wanted = EventFilter(stream, event_type, status, user_id, instant("start", start), instant("end", end))
    return Page(*await service.list_events(uow, page, wanted))


@endpoint(
    "GET /v1/admin/org/events/{event_id:uuid}",
    "get_event",
    group=GROUP,
    auth="tenant",
    summary="One event with every delivery attempt",
)
async def get_event(event_id: UUID, uow: UnitOfWork) -> Data[EventDetail]:
    """With its data, so that a receiver of a thin event can fetch what the message had no room for."""
    return Data(await service.get_event(uow, event_id))


@endpoint(
    "POST /v1/admin/org/events/{event_id:uuid}/redeliver",
    "redeliver_event",
    group=GROUP,
    auth="tenant",
    success=202,
    summary="Deliver again with the same event_id",
    errors=(QueueNotConfigured,),
)
async def redeliver_event(event_id: UUID, uow: UnitOfWork) -> Data[Redelivery]:
    """The event gets a delivery of its own with the whole schedule. One that is still on its way is tried at once
    instead of twice.
    """
    return Data(await service.redeliver(uow, event_id))


@endpoint(
    "POST /v1/admin/org/events/replay",
    "replay_events",
    group=GROUP,
    auth="tenant",
    success=202,
    summary="Redeliver every event of a stream and time window",
    errors=(QueueNotConfigured,),
)
async def replay_events(data: ReplayEvents, uow: UnitOfWork) -> Data[Replay]:
    """Oldest first, under the same `event_id`s, in a lane of its own: new events do not wait for it. Events that are
    on their way for the first time are not sent twice.
    """
    return Data(await service.replay(uow, data))


ROUTES = [list_events, get_event, redeliver_event, replay_events]

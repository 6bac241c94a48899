"""Reading the event log, and having events sent again."""

from typing import Any
from uuid import UUID

import msgspec

from healthpartner.core.errors import NotFound, invalid
from healthpartner.core.http.parameters import instant
from healthpartner.core.pagination import PageRequest, Pagination, page_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.event_log import store
from healthpartner.domains.tenants.event_log.schemas import (
    DeliveryAttempt,
    EventDelivery,
    EventDetail,
    EventEntry,
    EventFilter,
    Redelivery,
    Replay,
    ReplayEvents,
)
from healthpartner.domains.tenants.queues.errors import QueueNotConfigured

NO_SUCH_EVENT = "There is no such event."


async def list_events(uow: UnitOfWork, page: PageRequest, wanted: EventFilter) -> tuple[list[EventEntry], Pagination]:
    """One page of what passes the filter, newest first."""
    if page.offset > store.COUNTED:
        raise invalid("offset", "out_of_range", f"At most {store.COUNTED}; a cursor goes further.")
    rows, total = await store.select_page(uow, page, wanted)
    shown, pagination = page_of(rows, page, total, lambda row: (row["occurred_at"], row["event_id"]))
    return [EventEntry(**row) for row in shown], pagination


async def get_event(uow: UnitOfWork, event_id: UUID) -> EventDetail:
    rows = await store.select_deliveries(uow, event_id)
    if not rows:
        raise NotFound(NO_SUCH_EVENT)
    event = rows[0]
    return EventDetail(
        event_id=event_id,
        event_type=event["event_type"],
        stream=event["stream"],
        user_id=event["user_id"],
        occurred_at=event["occurred_at"],
        status=rows[-1]["status"] if event["routed"] and event["destination_id"] else "waiting",
        data=msgspec.json.decode(event["body"])["data"],
        deliveries=[_delivery(row) for row in rows if row["destination_id"]],
    )


async def redeliver(uow: UnitOfWork, event_id: UUID) -> Redelivery:
    """Sends one event again, with the same `event_id`."""
    event = await store.select_with_destination(uow, event_id)
    if event is None:
        raise NotFound(NO_SUCH_EVENT)
    if event["destination_id"] is None:
        raise QueueNotConfigured
    await store.send_again(uow, event["position"], event["destination_id"])
    await audit.record(uow, "event.redelivered", "event", event_id, event["user_id"])
    return Redelivery(event_id=event_id, stream=event["stream"])


async def replay(uow: UnitOfWork, wanted: ReplayEvents) -> Replay:
    """Has the events of a stream and time window sent again, piece by piece, by the delivery workers."""
    start, end = instant("start", wanted.start), instant("end", wanted.end) or uow.now()
    if start is None or start >= end:
        raise invalid("end", "out_of_range", "Must be after start.")
    if not await store.has_destination(uow, wanted.stream):
        raise QueueNotConfigured
    made = Replay(
        replay_id=uow.new_id(),
        stream=wanted.stream,
        start=start,
        end=end,
        event_type=wanted.event_type,
        status=wanted.status,
        events=await store.count(uow, wanted, start, min(end, uow.now())),
    )
    await store.insert_replay(uow, made, min(end, uow.now()))
    await audit.record(uow, "events.replayed", "queue", wanted.stream)
    return made


def _delivery(row: Any) -> EventDelivery:
    return EventDelivery(
        destination_id=row["destination_id"],
        destination_type=row["destination_type"],
        status=row["status"],
        requested=row["requested"],
        created_at=row["created_at"],
        next_attempt_at=row["next_attempt_at"],
        finished_at=row["finished_at"],
        attempts=msgspec.convert(row["tries"], list[DeliveryAttempt]),
    )

"""The event log: what was sent, every attempt, and sending it again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from healthpartner.core.errors import Detail, ValidationFailed
from healthpartner.core.pagination import PageRequest, decode_cursor
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.event_log import service as event_log
from healthpartner.domains.tenants.event_log.schemas import EventFilter, ReplayEvents
from healthpartner.events.event import STREAMS
from healthpartner.web.console.answers import Answer, Onward, Page
from healthpartner.web.console.door import change, page
from healthpartner.web.console.visit import Visit

EVENTS = "/console/events"
STATUSES = ("waiting", "pending", "delivered", "failed")
A_PAGE = 50


def instant_of(text: str | None, field: str) -> datetime | None:
    """What the browser's field for a day and time sends, which is meant in UTC."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise ValidationFailed(details=(Detail(field, "invalid_value", "Not a day and time."),)) from None


def _wanted(visit: Visit) -> EventFilter:
    try:
        user_id = UUID(visit.query("user_id")) if visit.query("user_id") else None
    except ValueError:
        raise ValidationFailed(details=(Detail("user_id", "invalid_value", "Not a user id."),)) from None
    status: Any = visit.query("status") if visit.query("status") in STATUSES else None
    stream = visit.query("stream") if visit.query("stream") in STREAMS else None
    start, end = instant_of(visit.query("start"), "start"), instant_of(visit.query("end"), "end")
    return EventFilter(stream, (visit.query("type") or "")[:100] or None, status, user_id, start, end)


@page("/events", Action.SEE_EVENTS)
async def events_page(visit: Visit) -> Answer:
    cursor = visit.query("cursor")
    listed = PageRequest(A_PAGE, 0, decode_cursor(cursor) if cursor else None)
    events, pagination = await event_log.list_events(visit.uow, listed, _wanted(visit))
    asked = {name: visit.query(name) or "" for name in ("stream", "type", "status", "user_id", "start", "end")}
    shown = {"events": events, "pagination": pagination, "asked": asked, "streams": STREAMS, "statuses": STATUSES}
    return Page("events.html", shown)


@page("/events/replay", Action.REPLAY_EVENTS)
async def replay_page(_visit: Visit) -> Answer:
    return Page("events_replay.html", {"streams": STREAMS})


@change("/events/replay", Action.REPLAY_EVENTS, again=replay_page)
async def replay_events(visit: Visit) -> Answer:
    form = visit.form
    wanted = {
        "stream": form.get("stream", ""),
        "start": instant_of(form.get("start"), "start"),
        "end": instant_of(form.get("end"), "end"),
        "status": "failed" if form.get("failed") == "on" else None,
    }
    try:
        replay = msgspec.convert(wanted, ReplayEvents)
    except msgspec.ValidationError:
        raise ValidationFailed(details=(Detail("start", "required", "Choose a stream and a time."),)) from None
    made = await event_log.replay(visit.uow, replay)
    return Page("events_replayed.html", {"replay": made})


@page("/events/{event_id:uuid}", Action.SEE_EVENTS)
async def event_page(visit: Visit) -> Answer:
    """The data of an event can hold health values: shown to who may see them, when they ask, and on record."""
    event = await event_log.get_event(visit.uow, visit.path("event_id"))
    with_data = visit.allows(Action.SEE_EVENT_BODY) and visit.query("data") == "shown"
    if with_data:
        await audit.record(visit.uow, "event.data_viewed", "event", event.event_id, user_id=event.user_id)
    data = msgspec.json.format(msgspec.json.encode(event.data), indent=2).decode() if with_data else ""
    return Page("event.html", {"event": event, "with_data": with_data, "data": data})


@change("/events/{event_id:uuid}/redeliver", Action.REDELIVER_EVENT, again=event_page)
async def redeliver_event(visit: Visit) -> Answer:
    await event_log.redeliver(visit.uow, visit.path("event_id"))
    return Onward(f"{EVENTS}/{visit.path('event_id')}", "event_redelivered")

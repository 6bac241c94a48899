"""Streams and their destinations: registered with a live test event, watched, tried out and removed."""

from datetime import timedelta

from healthpartner.core.errors import NotFound, invalid
from healthpartner.destinations.registry import KINDS
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.domains.tenants.queues.schemas import Lag, Queue, QueueContext
from healthpartner.web.console import charts
from healthpartner.web.console.answers import Answer, Onward, Page
from healthpartner.web.console.destination_fields import body_of, fields_of
from healthpartner.web.console.door import change, page
from healthpartner.web.console.rendering import span
from healthpartner.web.console.visit import Visit

QUEUES = "/console/queues"
HOURS = 24


def _context(visit: Visit) -> QueueContext:
    return QueueContext(visit.platform.keyring, visit.platform.destinations)


async def _queue(visit: Visit) -> Queue:
    name = visit.path("queue_name")
    for queue in await queues.list_all(visit.uow):
        if queue.queue_name == name:
            return queue
    raise NotFound("There is no such event stream.")


def lag_chart(lags: list[Lag], visit: Visit) -> charts.Chart | None:
    """The longest time of each hour; hours without an event are empty."""
    if not any(lag.delivered for lag in lags):
        return None
    now = visit.now().replace(minute=0, second=0, microsecond=0)
    known = {lag.hour: lag for lag in lags}
    hours = [now - timedelta(hours=HOURS - 1 - number) for number in range(HOURS)]
    shown = []
    for hour in hours:
        lag = known.get(hour)
        longest = lag.longest_seconds or 0 if lag else 0
        told = f"{lag.delivered} delivered, longest {span(longest)}, {lag.waiting} waiting" if lag else "no events"
        shown.append(charts.Column(f"{hour:%H:%M}", f"{hour:%H:%M}: {told}", (("", longest),)))
    return charts.columns(shown, "{:,.3g} s")


@page("/queues", Action.SEE_QUEUES)
async def queues_page(visit: Visit) -> Answer:
    return Page("queues.html", {"queues": await queues.list_all(visit.uow)})


@page("/queues/{queue_name:str}", Action.SEE_QUEUES)
async def queue_page(visit: Visit) -> Answer:
    queue = await _queue(visit)
    chart = lag_chart(await queues.lag(visit.uow, queue.queue_name), visit)
    return Page("queue.html", {"queue": queue, "kinds": KINDS, "chart": chart})


@page("/queues/{queue_name:str}/destination", Action.CONFIGURE_QUEUE)
async def destination_page(visit: Visit) -> Answer:
    queue = await _queue(visit)
    chosen = visit.form.get("type") or queue.type or "webhook"
    forms = {name: fields_of(kind, name) for name, kind in KINDS.items()}
    return Page("destination.html", {"queue": queue, "kinds": KINDS, "forms": forms, "chosen": chosen})


@change("/queues/{queue_name:str}/destination", Action.CONFIGURE_QUEUE, again=destination_page)
async def put_destination(visit: Visit) -> Answer:
    """Registers, or replaces what is there; when the test event fails, nothing changes."""
    queue = await _queue(visit)
    kind = KINDS.get(visit.form.get("type", ""))
    if kind is None:
        raise invalid("type", "unknown_value", "Choose one of the kinds.")
    body = body_of(kind, visit.form)
    put = queues.replace if queue.type else queues.register
    await put(visit.uow, _context(visit), queue.queue_name, body)
    return Onward(f"{QUEUES}/{queue.queue_name}", "queue_replaced" if queue.type else "queue_registered")


@change("/queues/{queue_name:str}/test", Action.TEST_QUEUE, again=queue_page)
async def test_destination(visit: Visit) -> Answer:
    name = visit.path("queue_name")
    await queues.send_test(visit.uow, _context(visit), name)
    return Onward(f"{QUEUES}/{name}", "queue_tested")


@page("/queues/{queue_name:str}/pause", Action.PAUSE_QUEUE)
async def pause_queue_page(visit: Visit) -> Answer:
    return Page("queue_pause.html", {"queue": await _queue(visit)})


@change("/queues/{queue_name:str}/pause", Action.PAUSE_QUEUE, again=queue_page)
async def pause_queue(visit: Visit) -> Answer:
    name = visit.path("queue_name")
    await queues.pause(visit.uow, name)
    return Onward(f"{QUEUES}/{name}", "queue_paused")


@change("/queues/{queue_name:str}/resume", Action.PAUSE_QUEUE, again=queue_page)
async def resume_queue(visit: Visit) -> Answer:
    name = visit.path("queue_name")
    await queues.resume(visit.uow, name)
    return Onward(f"{QUEUES}/{name}", "queue_resumed")


@page("/queues/{queue_name:str}/remove", Action.REMOVE_QUEUE)
async def remove_destination_page(visit: Visit) -> Answer:
    return Page("queue_remove.html", {"queue": await _queue(visit)})


@change("/queues/{queue_name:str}/remove", Action.REMOVE_QUEUE, again=queue_page)
async def remove_destination(visit: Visit) -> Answer:
    name = visit.path("queue_name")
    await queues.delete(visit.uow, name)
    return Onward(f"{QUEUES}/{name}", "queue_removed")

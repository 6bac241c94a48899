"""Tells partners and operators that a destination keeps failing, has cost an event its last attempt, or takes events
again. What is to be told is noted with the results that it follows from, and told once, by any worker.
"""

from typing import Any

import structlog

from healthpartner.core import telemetry
from healthpartner.core.clock import Clock
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.queues.events import (
    QueueDeliveryExhausted,
    QueueDeliveryFailing,
    QueueDeliveryRecovered,
)
from healthpartner.events import outbox

_EVENTS = {
    "failing": QueueDeliveryFailing,
    "exhausted": QueueDeliveryExhausted,
    "recovered": QueueDeliveryRecovered,
}

_TAKE = """
WITH noted AS MATERIALIZED (
    SELECT destination_id, notices FROM destination_health
    WHERE destination_id = $1 AND notices <> '{}' FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE destination_health SET notices = '{}' FROM noted
    WHERE destination_health.destination_id = noted.destination_id
    RETURNING noted.notices, failing_since, outcome, destination_health.destination_id
)
SELECT stream, type, notices, failing_since, outcome FROM taken JOIN destination USING (destination_id)
"""

_log = structlog.get_logger(__name__)


async def tell(pool: Any, clock: Clock) -> int:
    """Answers how many destinations there was something to tell about."""
    noted = await pool.fetch("SELECT org_id, destination_id FROM destination_health WHERE notices <> '{}'")
    for row in noted:
        # One transaction for each destination: it holds what a removal of that destination waits for.
        async with UnitOfWork(pool, clock, row["org_id"]) as uow:
            await _tell_of(uow, row["destination_id"])
            await uow.commit()
    return len(noted)


async def _tell_of(uow: UnitOfWork, destination_id: Any) -> None:
    taken = await uow.fetchrow(_TAKE, destination_id)
    if taken is None:
        return
    for notice in taken["notices"]:
        _log.warning("destination " + notice, stream=taken["stream"], kind=taken["type"], outcome=taken["outcome"])
        telemetry.destination_notices_total.labels(taken["stream"], taken["type"], notice).inc()
        # The account stream cannot carry the news of its own failure.
        if taken["stream"] != "account":
            event = _EVENTS[notice](
                queue_name=taken["stream"],
                destination_type=taken["type"],
                failing_since=taken["failing_since"],
                outcome=taken["outcome"],
            )
            await outbox.record(uow, event)

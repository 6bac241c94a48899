"""Sends events again on request: one, or all of a stream and time window. The event waits as if it were new, and gets a
delivery of its own with the whole schedule; what became of the earlier ones stays visible.
"""

from datetime import datetime
from uuid import UUID

from healthpartner.core.errors import NotFound
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.events.outbox import CHANNEL

# An event that is still on its way is tried at once instead.
_AGAIN = f"""
WITH chosen AS MATERIALIZED (
    SELECT position FROM event WHERE org_id = $1 AND {{condition}}
), hurried AS (
    UPDATE delivery SET next_at = '-infinity' FROM chosen
    WHERE delivery.position = chosen.position AND state = 'due' RETURNING delivery.position
), superseded AS (
    UPDATE delivery SET state = 'superseded' FROM chosen
    WHERE delivery.position = chosen.position AND state = 'failed'
), waiting AS (
    UPDATE event SET routed = false FROM chosen
    WHERE event.position = chosen.position AND chosen.position NOT IN (SELECT position FROM hurried)
)
SELECT (SELECT count(*) FROM chosen) AS number, pg_notify('{CHANNEL}', '')
"""


async def redeliver(uow: UnitOfWork, event_id: UUID) -> None:
    """Sends one event again, with the same `event_id`."""
    row = await uow.fetchrow(_AGAIN.format(condition="event_id = $2"), uow.org_id, event_id)
    if not row["number"]:
        raise NotFound("There is no such event.")


async def replay(uow: UnitOfWork, stream: str, start: datetime, end: datetime) -> int:
    """Sends the events of a stream that occurred from `start` up to before `end` again; answers how many."""
    condition = "stream = $2 AND occurred_at >= $3 AND occurred_at < $4"
    row = await uow.fetchrow(_AGAIN.format(condition=condition), uow.org_id, stream, start, end)
    return int(row["number"])

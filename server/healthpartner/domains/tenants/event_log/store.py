"""The event log's queries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.event_log.schemas import EventFilter, Replay, ReplayEvents
from healthpartner.events.outbox import CHANNEL, REPLAY_SHARD

# A list counts no further: counting a large tenant's whole log would cost more than the page.
COUNTED = 10_000

# Unused filters are left out of the statement, so that each one is read from the index made for it.
_FILTERS = {
    "stream": "stream = {}",
    "event_type": "type = {}",
    "user_id": "user_id = {}",
    "start": "occurred_at >= {}",
    "end": "occurred_at < {}",
}

_STATUS = {
    "waiting": "NOT routed",
    "pending": "routed AND position IN (SELECT position FROM delivery WHERE state = 'due' AND lane_id IN "
    "(SELECT lane_id FROM delivery_lane WHERE org_id = $1))",
    "failed": "routed AND position IN (SELECT position FROM delivery WHERE org_id = $1 AND state = 'failed')",
    "delivered": "routed AND NOT EXISTS (SELECT FROM delivery WHERE delivery.position = event.position "
    "AND state IN ('due', 'failed'))",
}

_SHOWN_STATE = "CASE state WHEN 'due' THEN 'pending' ELSE state END"
_NEXT = "CASE WHEN state = 'due' THEN nullif(next_at, '-infinity') END"

_PAGE = f"""
SELECT total, page.* FROM (SELECT count(*) AS total FROM (
    SELECT FROM event WHERE {{chosen}} LIMIT {COUNTED}) AS counted) AS counted
LEFT JOIN LATERAL (
    SELECT event_id, type AS event_type, stream, user_id, occurred_at,
           CASE WHEN routed THEN coalesce(status, 'waiting') ELSE 'waiting' END AS status,
           coalesce(attempts, 0) AS attempts, next_attempt_at, delivered_at
    FROM (SELECT * FROM event WHERE {{chosen}}{{after}}
          ORDER BY occurred_at DESC, event_id DESC LIMIT {{limit}} OFFSET {{offset}}) AS event
    LEFT JOIN LATERAL (
        SELECT {_SHOWN_STATE} AS status, attempts, {_NEXT} AS next_attempt_at,
               CASE WHEN state = 'delivered' THEN finished_at END AS delivered_at
        FROM delivery WHERE delivery.position = event.position ORDER BY delivery_id DESC LIMIT 1) AS latest ON true) AS page ON true
ORDER BY occurred_at DESC, event_id DESC
"""

_DELIVERIES = f"""
SELECT event.type AS event_type, event.stream, user_id, occurred_at, body, routed, requested, delivery.created_at,
       delivery.destination_id, destination.type AS destination_type, {_SHOWN_STATE} AS status,
       {_NEXT} AS next_attempt_at, finished_at, tries
FROM event LEFT JOIN delivery USING (position) LEFT JOIN destination USING (destination_id)
LEFT JOIN LATERAL (
    SELECT coalesce(jsonb_agg(to_jsonb(made) ORDER BY made.attempt), '[]') AS tries
    FROM (SELECT attempt, attempted_at, outcome, provider_message, provider_message_id, latency_ms, thin
          FROM delivery_attempt WHERE delivery_attempt.delivery_id = delivery.delivery_id) AS made) AS tried ON true
WHERE event.org_id = $1 AND event_id = $2 ORDER BY delivery_id
"""

_LANE = f"""
INSERT INTO delivery_lane (org_id, destination_id, shard) VALUES ($1, $2, {REPLAY_SHARD})
ON CONFLICT (destination_id, shard) DO NOTHING
"""

# A delivery that waits for its first attempt is left as it is, one that waits for a later attempt is tried at once.
_AGAIN = f"""
WITH hurried AS (
    UPDATE delivery SET next_at = least(next_at, $4) WHERE org_id = $1 AND position = $2 AND state = 'due' RETURNING 1
), superseded AS (
    UPDATE delivery SET state = 'superseded' WHERE org_id = $1 AND position = $2 AND state = 'failed'
), added AS (
    INSERT INTO delivery (org_id, position, destination_id, lane_id, created_at, requested)
    SELECT org_id, $2, destination_id, lane_id, $4, true FROM delivery_lane
    WHERE org_id = $1 AND destination_id = $3 AND shard = {REPLAY_SHARD} AND NOT EXISTS (SELECT FROM hurried)
        AND EXISTS (SELECT FROM event WHERE position = $2 AND routed)
)
SELECT pg_notify('{CHANNEL}', '')
"""

_REPLAYED = """
org_id = $1 AND stream = $2 AND occurred_at >= $3 AND occurred_at < $4 AND routed
AND ($5::text IS NULL OR type = $5) AND (NOT $6 OR EXISTS (
    SELECT FROM delivery WHERE delivery.position = event.position AND state = 'failed'))
"""


async def select_page(uow: UnitOfWork, page: PageRequest, wanted: EventFilter) -> tuple[list[Any], int]:
    """Up to `limit + 1` rows, and how many pass the filter in all."""
    values: list[object] = [uow.org_id]

    def place(value: object) -> str:
        values.append(value)
        return f"${len(values)}"

    chosen = ["org_id = $1"]
    for name, condition in _FILTERS.items():
        value = getattr(wanted, name)
        if value is not None:
            chosen.append(condition.format(place(value)))
    if wanted.status is not None:
        chosen.append(_STATUS[wanted.status])
    after = ""
    if page.after is not None:
        instant, event_id = place(page.after[0]), place(page.after[1])
        after = f" AND occurred_at <= {instant} AND (occurred_at, event_id) < ({instant}, {event_id})"
    sql = _PAGE.format(chosen=" AND ".join(chosen), after=after, limit=place(page.limit + 1), offset=place(page.offset))
    rows = await uow.read(sql, *values)
    shown = [{name: value for name, value in row.items() if name != "total"} for row in rows if row["event_id"]]
    return shown, rows[0]["total"]


async def select_deliveries(uow: UnitOfWork, event_id: UUID) -> list[Any]:
    """One row for each delivery, or one without when there is none."""
    return await uow.read(_DELIVERIES, uow.org_id, event_id)


async def select_with_destination(uow: UnitOfWork, event_id: UUID) -> Any:
    """Neither can be removed before the transaction ends."""
    event = await uow.fetchrow(
        "SELECT position, stream, user_id FROM event WHERE org_id = $1 AND event_id = $2 FOR KEY SHARE",
        uow.org_id,
        event_id,
    )
    if event is None:
        return None
    destination_id = await uow.fetchval(
        "SELECT destination_id FROM destination WHERE org_id = $1 AND stream = $2 FOR KEY SHARE",
        uow.org_id,
        event["stream"],
    )
    return {**event, "destination_id": destination_id}


async def send_again(uow: UnitOfWork, position: int, destination_id: UUID) -> None:
    await uow.execute(_LANE, uow.org_id, destination_id)
    await uow.execute(_AGAIN, uow.org_id, position, destination_id, uow.now())


async def has_destination(uow: UnitOfWork, stream: str) -> bool:
    found: bool = await uow.fetchval(
        "SELECT EXISTS (SELECT FROM destination WHERE org_id = $1 AND stream = $2)", uow.org_id, stream
    )
    return found


async def count(uow: UnitOfWork, wanted: ReplayEvents, start: datetime, end: datetime) -> int:
    number: int = await uow.fetchval(
        f"SELECT count(*) FROM event WHERE {_REPLAYED}",
        uow.org_id,
        wanted.stream,
        start,
        end,
        wanted.event_type,
        wanted.status == "failed",
    )
    return number


async def insert_replay(uow: UnitOfWork, replay: Replay, end: datetime) -> None:
    """For the delivery workers to go on with; `end`: no event recorded after the request belongs to it."""
    await uow.execute(
        "WITH made AS (INSERT INTO event_replay (org_id, replay_id, stream, event_type, only_failed, end_at, "
        f"requested_at, reached) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)) SELECT pg_notify('{CHANNEL}', '')",
        uow.org_id,
        replay.replay_id,
        replay.stream,
        replay.event_type,
        replay.status == "failed",
        end,
        uow.now(),
        replay.start,
    )

"""The outbox: events written in the transaction of the change that they tell of, so that neither exists without the
other. An event of a stream with a destination gets its delivery in the same statement; any other waits, unrouted.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import msgspec

from healthpartner.core.telemetry import events_recorded_total
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.events.envelope import EventFacts, render_body
from healthpartner.events.event import Event

CHANNEL = "hp_delivery"
# The lane of a destination for what is sent again on request; new events are spread over the shards from 0 on.
REPLAY_SHARD = -1
BUFFERED_FOR = timedelta(days=30)

# The lock makes the removal of a destination wait for this transaction, and this statement see it gone afterwards.
# An event never overtakes older ones that still wait on its stream: it waits behind them. The newest of them is found by
# the index of those that wait: with the time named beside it, a planner without fresh statistics reads all events.
_RECORD = f"""
WITH recorded AS MATERIALIZED (
    SELECT * FROM unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[]) WITH ORDINALITY
        AS recorded (event_id, stream, type, user_id, body, place)
), target AS MATERIALIZED (
    SELECT destination_id, stream, shards FROM destination
    WHERE org_id = $1 AND stream = ANY ($4::text[]) FOR KEY SHARE
), flowing AS MATERIALIZED (
    SELECT * FROM target WHERE NOT EXISTS (
        SELECT FROM (
            SELECT occurred_at FROM event WHERE org_id = $1 AND stream = target.stream AND NOT routed
            ORDER BY position DESC LIMIT 1
        ) AS newest WHERE occurred_at > $8)
), inserted AS (
    INSERT INTO event (org_id, event_id, stream, type, user_id, occurred_at, body, routed)
    SELECT $1, event_id, stream, type, user_id, $2, body, stream IN (SELECT stream FROM flowing)
    FROM recorded ORDER BY place
    RETURNING position, stream, user_id
), delivered AS (
    INSERT INTO delivery (org_id, position, destination_id, lane_id, created_at)
    SELECT $1, position, flowing.destination_id, lane_id, $2
    FROM inserted JOIN flowing USING (stream)
    JOIN delivery_lane AS lane ON lane.destination_id = flowing.destination_id
        AND shard = abs(uuid_hash_extended(coalesce(user_id, $1), 0) % shards)
    ORDER BY position
)
SELECT pg_notify('{CHANNEL}', '')
"""

# Lanes are locked first, in order, since a worker that notes results also takes the lane before its deliveries.
_LOCK_LANES_OF_MEMBER = """
SELECT lane_id FROM delivery_lane
WHERE org_id = $1 AND lane_id IN (
    SELECT lane_id FROM delivery JOIN event USING (position) WHERE event.org_id = $1 AND event.user_id = $2)
ORDER BY lane_id FOR UPDATE
"""


async def record(uow: UnitOfWork, event: Event, user_id: UUID | None = None) -> UUID:
    """Writes one event, about a member or about the organisation, and answers its id."""
    (event_id,) = await record_many(uow, [(event, user_id)])
    return event_id


async def record_many(uow: UnitOfWork, events: Iterable[tuple[Event, UUID | None]]) -> list[UUID]:
    """Writes events in the given order, in one round trip."""
    now = uow.now()
    facts = [
        EventFacts(
            event_id=uow.new_id(),
            event_type=event.type,
            stream=event.stream,
            org_id=uow.org_id,
            user_id=user_id,
            occurred_at=now,
            data=msgspec.Raw(msgspec.json.encode(event.data())),
        )
        for event, user_id in events
    ]
    if not facts:
        return []
    await uow.execute(
        _RECORD,
        uow.org_id,
        now,
        [fact.event_id for fact in facts],
        [fact.stream for fact in facts],
        [fact.event_type for fact in facts],
        [fact.user_id for fact in facts],
        [render_body(fact) for fact in facts],
        now - BUFFERED_FOR,
    )
    for fact in facts:
        events_recorded_total.labels(fact.stream, fact.event_type).inc()
    return [fact.event_id for fact in facts]


async def erase_member(uow: UnitOfWork, user_id: UUID) -> None:
    """Removes the member's events with their deliveries and attempts, sent or not."""
    await uow.execute(_LOCK_LANES_OF_MEMBER, uow.org_id, user_id)
    await uow.execute("DELETE FROM event WHERE org_id = $1 AND user_id = $2", uow.org_id, user_id)

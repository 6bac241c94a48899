"""The delivery workers' queries. They see every organisation, so they run as the system role, and they take the time
from the application's clock.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

# `pending` jumps through the index of due deliveries from lane to lane, so it costs what lanes with work there are,
# however many deliveries they hold. Lanes that keep failing get no more than their own number of places.
_LEASE = """
WITH RECURSIVE pending AS (
    (SELECT lane_id, next_at FROM delivery WHERE state = 'due' ORDER BY lane_id, next_at, delivery_id LIMIT 1)
    UNION ALL
    SELECT following.lane_id, following.next_at FROM pending CROSS JOIN LATERAL (
        SELECT lane_id, next_at FROM delivery WHERE state = 'due' AND lane_id > pending.lane_id
        ORDER BY lane_id, next_at, delivery_id LIMIT 1) AS following
), free AS MATERIALIZED (
    SELECT lane_id, served_at, failures FROM pending JOIN delivery_lane USING (lane_id)
    WHERE next_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
), chosen AS MATERIALIZED (
    (SELECT lane_id FROM free WHERE failures = 0 ORDER BY served_at NULLS FIRST, lane_id LIMIT $4)
    UNION ALL
    (SELECT lane_id FROM free WHERE failures > 0 ORDER BY served_at NULLS FIRST, lane_id LIMIT $5)
), taken AS MATERIALIZED (
    SELECT lane_id FROM delivery_lane AS lane
    WHERE lane_id IN (SELECT lane_id FROM chosen) AND (lease_until IS NULL OR lease_until <= $1)
    FOR UPDATE SKIP LOCKED
)
UPDATE delivery_lane AS lane SET lease_token = $2, lease_until = $3 FROM taken WHERE lane.lane_id = taken.lane_id
RETURNING lane.lane_id, lane.org_id, lane.failures, lane.destination_id
"""

# A statement of its own after the lease is committed: in the lease's statement the deliveries would be seen as they
# were before the previous holder noted its results, and be sent again.
_DUE = """
SELECT delivery_id, lane.lane_id, attempts, created_at, event.*
FROM unnest($1::bigint[]) AS lane (lane_id)
CROSS JOIN LATERAL (
    SELECT delivery_id, position, attempts, created_at FROM delivery
    WHERE delivery.lane_id = lane.lane_id AND state = 'due' AND next_at <= $2
    ORDER BY next_at, delivery_id LIMIT $3) AS due
CROSS JOIN LATERAL (
    SELECT org_id, event_id, type, stream, user_id, occurred_at, body FROM event
    WHERE event.position = due.position OFFSET 0) AS event
"""

# Deliveries are found by their key alone: with the lane or the state named too, a planner without fresh statistics
# reads the whole backlog of the lane. Who holds the lease is the only one that changes them.
_FINISH = """
WITH lane AS MATERIALIZED (
    UPDATE delivery_lane SET lease_token = NULL, lease_until = NULL, served_at = $3,
        failures = CASE WHEN 'delivered' = ANY ($5::text[]) OR cardinality($5::text[]) = 0 THEN 0 ELSE failures + 1 END,
        delivered_at = CASE WHEN 'delivered' = ANY ($5::text[]) THEN $3 ELSE delivered_at END
    WHERE lane_id = $1 AND lease_token = $2
    RETURNING lane_id
), result AS MATERIALIZED (
    SELECT * FROM unnest($4::bigint[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[],
                         $10::text[], $11::integer[], $12::boolean[])
        AS result (delivery_id, state, next_at, attempted_at, outcome, message, message_id, latency_ms, thin)
), noted AS (
    UPDATE delivery SET state = result.state, attempts = attempts + 1, next_at = coalesce(result.next_at, delivery.next_at),
                        finished_at = CASE WHEN result.state = 'due' THEN NULL ELSE $3 END
    FROM result WHERE delivery.delivery_id = result.delivery_id AND EXISTS (SELECT FROM lane)
    RETURNING delivery.org_id, delivery.delivery_id, delivery.attempts
), attempted AS (
    INSERT INTO delivery_attempt (org_id, delivery_id, attempt, attempted_at, outcome, provider_message,
                                  provider_message_id, latency_ms, thin)
    SELECT org_id, delivery_id, attempts, attempted_at, outcome, message, message_id, latency_ms, thin
    FROM noted JOIN result USING (delivery_id)
)
SELECT EXISTS (SELECT FROM lane)
"""

_CATCHING_UP = """
SELECT org_id, destination_id, stream FROM destination CROSS JOIN LATERAL (
    SELECT FROM event WHERE event.org_id = destination.org_id AND event.stream = destination.stream
        AND NOT routed AND occurred_at > $1 LIMIT 1) AS waiting
"""

# One worker at a time moves the events of a stream; it does not hold up those that record new ones.
_ROUTE = """
WITH target AS MATERIALIZED (
    SELECT * FROM destination WHERE destination_id = $1 FOR NO KEY UPDATE SKIP LOCKED
), batch AS MATERIALIZED (
    SELECT position, user_id FROM event
    WHERE org_id = $2 AND stream = $3 AND NOT routed AND occurred_at > $4 AND EXISTS (SELECT FROM target)
    ORDER BY position LIMIT $6 FOR UPDATE
), moved AS (
    UPDATE event SET routed = true FROM batch WHERE event.position = batch.position
    RETURNING event.position, event.org_id, event.user_id
), added AS (
    INSERT INTO delivery (org_id, position, destination_id, lane_id, created_at)
    SELECT moved.org_id, position, target.destination_id, lane_id, $5
    FROM moved CROSS JOIN target JOIN delivery_lane AS lane ON lane.destination_id = target.destination_id
        AND shard = abs(uuid_hash_extended(coalesce(moved.user_id, moved.org_id), 0) % shards)
    ORDER BY position
    RETURNING 1
)
SELECT count(*) FROM added
"""


async def lease_lanes(
    connection: Any, now: datetime, token: UUID, until: datetime, healthy: int, failing: int
) -> list[Any]:
    """Up to `healthy` lanes plus up to `failing` ones, those first that were served longest ago."""
    rows: list[Any] = await connection.fetch(_LEASE, now, token, until, healthy, failing)
    return rows


async def select_due(connection: Any, lane_ids: Sequence[int], now: datetime, per_lane: int) -> list[Any]:
    rows: list[Any] = await connection.fetch(_DUE, lane_ids, now, per_lane)
    return rows


async def finish_lane(
    connection: Any, lane_id: int, token: UUID, now: datetime, results: Sequence[tuple[object, ...]]
) -> bool:
    """Notes the results and gives the lane back; False, and nothing noted, when it has been taken over."""
    columns = [list(column) for column in zip(*results, strict=True)] or [[] for _ in range(9)]
    held: bool = await connection.fetchval(_FINISH, lane_id, token, now, *columns)
    return held


async def select_catching_up(connection: Any, since: datetime) -> list[Any]:
    """Destinations whose stream has waiting events."""
    rows: list[Any] = await connection.fetch(_CATCHING_UP, since)
    return rows


async def route(connection: Any, destination: Any, since: datetime, now: datetime, limit: int) -> int:
    """Gives the oldest waiting events of a stream their deliveries; answers how many."""
    number: int = await connection.fetchval(
        _ROUTE, destination["destination_id"], destination["org_id"], destination["stream"], since, now, limit
    )
    return number

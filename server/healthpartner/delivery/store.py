"""The delivery workers' queries. They see every organisation, so they run as the system role, and they take the time
from the application's clock.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from healthpartner.delivery.circuits import (
    EXHAUSTED_TOLD_EVERY,
    FAILING_FOR,
    FAILURES_IN_A_ROW,
    PROBE_EVERY,
    Strike,
)
from healthpartner.delivery.retries import WINDOW

# What a lane counts as while it is leased.
Role = Literal["fresh", "failing", "replay", "probe"]
ROLES: Sequence[Role] = ("fresh", "failing", "replay", "probe")

# `pending` jumps through the index of due deliveries from lane to lane, so it costs what lanes with work there are,
# however many deliveries they hold. Each role has places of its own, so that none takes those of another. While the
# circuit of a destination is open, a lane of it is served for a retry whose time has come, for a first attempt whose
# window ends, or for a probe.
_LEASE = """
WITH RECURSIVE pending AS (
    (SELECT lane_id, next_at, created_at FROM delivery WHERE state = 'due'
     ORDER BY lane_id, next_at, delivery_id LIMIT 1)
    UNION ALL
    SELECT following.lane_id, following.next_at, following.created_at FROM pending CROSS JOIN LATERAL (
        SELECT lane_id, next_at, created_at FROM delivery WHERE state = 'due' AND lane_id > pending.lane_id
        ORDER BY lane_id, next_at, delivery_id LIMIT 1) AS following
), free AS MATERIALIZED (
    SELECT lane_id, lane.destination_id, served_at, probe_at IS NOT NULL AS shut, resumed_at, CASE
        WHEN probe_at IS NOT NULL THEN CASE WHEN next_at > '-infinity'
            OR greatest(created_at, resumed_at) <= $1::timestamptz - $4::interval
            OR EXISTS (SELECT FROM delivery WHERE delivery.lane_id = lane.lane_id AND state = 'due'
                       AND delivery.next_at > '-infinity' AND delivery.next_at <= $1) THEN 'failing' ELSE 'probe' END
        WHEN lane.failures > 0 THEN 'failing' WHEN shard < 0 THEN 'replay' ELSE 'fresh' END AS role
    FROM pending JOIN delivery_lane AS lane USING (lane_id) LEFT JOIN destination_health AS health USING (destination_id)
    WHERE next_at <= $1 AND (lease_until IS NULL OR lease_until <= $1) AND paused_at IS NULL
), probed AS MATERIALIZED (
    SELECT destination_id FROM destination_health
    WHERE destination_id IN (SELECT destination_id FROM free WHERE role = 'probe') AND probe_at <= $1
    ORDER BY probe_at LIMIT $9 FOR UPDATE SKIP LOCKED
), put_off AS (
    UPDATE destination_health SET probe_at = $1::timestamptz + $5::interval FROM probed
    WHERE destination_health.destination_id = probed.destination_id
), chosen AS MATERIALIZED (
    (SELECT * FROM free WHERE role = 'fresh' ORDER BY served_at NULLS FIRST, lane_id LIMIT $6)
    UNION ALL
    (SELECT * FROM free WHERE role = 'failing' ORDER BY served_at NULLS FIRST, lane_id LIMIT $7)
    UNION ALL
    (SELECT * FROM free WHERE role = 'replay' ORDER BY served_at NULLS FIRST, lane_id LIMIT $8)
    UNION ALL
    (SELECT DISTINCT ON (destination_id) free.* FROM free JOIN probed USING (destination_id) WHERE role = 'probe'
     ORDER BY destination_id, served_at NULLS FIRST, lane_id)
), taken AS MATERIALIZED (
    SELECT lane_id FROM delivery_lane AS lane
    WHERE lane_id IN (SELECT lane_id FROM chosen) AND (lease_until IS NULL OR lease_until <= $1)
    FOR UPDATE SKIP LOCKED
)
UPDATE delivery_lane AS lane SET lease_token = $2, lease_until = $3 FROM taken JOIN chosen USING (lane_id)
WHERE lane.lane_id = taken.lane_id
RETURNING lane.lane_id, lane.org_id, lane.destination_id, chosen.role, chosen.shut, chosen.resumed_at
"""

# A statement of its own after the lease is committed: in the lease's statement the deliveries would be seen as they
# were before the previous holder noted its results, and be sent again.
_DUE = """
SELECT delivery_id, lane.lane_id, attempts, greatest(created_at, resumed_at) AS created_at, event.*
FROM unnest($1::bigint[], $2::timestamptz[]) AS lane (lane_id, resumed_at)
CROSS JOIN LATERAL (
    SELECT delivery_id, position, attempts, created_at FROM delivery
    WHERE delivery.lane_id = lane.lane_id AND state = 'due' AND next_at <= $3
    ORDER BY next_at, delivery_id LIMIT $4) AS due
CROSS JOIN LATERAL (
    SELECT org_id, event_id, type, stream, user_id, occurred_at, body FROM event
    WHERE event.position = due.position OFFSET 0) AS event
"""

# While the circuit is open: for a probe the oldest that was never tried; otherwise retries whose time has come, and
# those never tried whose window ends.
_DUE_OF_SHUT = """
SELECT delivery_id, lane.lane_id, attempts, greatest(created_at, resumed_at) AS created_at, event.*
FROM unnest($1::bigint[], $2::timestamptz[], $5::text[]) AS lane (lane_id, resumed_at, role)
CROSS JOIN LATERAL (
    (SELECT delivery_id, position, attempts, created_at FROM delivery
     WHERE delivery.lane_id = lane.lane_id AND state = 'due' AND role <> 'probe'
         AND next_at > '-infinity' AND next_at <= $3 ORDER BY next_at, delivery_id LIMIT $4)
    UNION ALL
    (SELECT * FROM (
        SELECT delivery_id, position, attempts, created_at FROM delivery
        WHERE delivery.lane_id = lane.lane_id AND state = 'due' AND next_at = '-infinity'
        ORDER BY delivery_id LIMIT CASE WHEN role = 'probe' THEN 1 ELSE $4 END) AS untried
     WHERE role = 'probe' OR greatest(created_at, resumed_at) <= $3::timestamptz - $6::interval)) AS due
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
    RETURNING lane_id, org_id, destination_id
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
), health AS (
    INSERT INTO destination_health AS known (org_id, destination_id, failures, failing_since, outcome, exhausted_at,
                                             notices)
    SELECT org_id, destination_id, $13, CASE WHEN $13 > 0 THEN $3 END, $14, CASE WHEN $16 THEN $3 END,
           CASE WHEN $16 THEN ARRAY['exhausted'] ELSE '{}' END
    FROM lane WHERE $13 > 0 OR $16 OR ($15 AND EXISTS (
        SELECT FROM destination_health AS before WHERE before.destination_id = lane.destination_id AND failures > 0))
    ON CONFLICT (destination_id) DO UPDATE SET
        failures = CASE WHEN $15 THEN 0 ELSE known.failures + $13 END,
        failing_since = CASE WHEN $15 THEN NULL ELSE coalesce(known.failing_since, excluded.failing_since) END,
        outcome = coalesce(excluded.outcome, known.outcome),
        probe_at = CASE WHEN $15 THEN NULL WHEN {opens} THEN $3::timestamptz + $17::interval ELSE known.probe_at END,
        exhausted_at = CASE WHEN {exhausts} THEN $3 ELSE known.exhausted_at END,
        notices = known.notices
            || CASE WHEN {exhausts} THEN ARRAY['exhausted'] ELSE '{}' END
            || CASE WHEN $15 AND known.probe_at IS NOT NULL THEN ARRAY['recovered']
                    WHEN NOT $15 AND known.probe_at IS NULL AND {opens} THEN ARRAY['failing'] ELSE '{}' END
)
SELECT EXISTS (SELECT FROM lane)
"""
_OPENS = "($13 > 0 AND known.failures + $13 >= $18 AND known.failing_since <= $3::timestamptz - $19::interval)"
_EXHAUSTS = "($16 AND (known.exhausted_at IS NULL OR known.exhausted_at <= $3::timestamptz - $20::interval))"
_FINISH = _FINISH.replace("{opens}", _OPENS).replace("{exhausts}", _EXHAUSTS)

# The newest that waits is found as when an event is recorded.
_CATCHING_UP = """
SELECT org_id, destination_id, stream FROM destination WHERE EXISTS (
    SELECT FROM (
        SELECT occurred_at FROM event WHERE event.org_id = destination.org_id AND event.stream = destination.stream
            AND NOT routed
        ORDER BY position DESC LIMIT 1
    ) AS newest WHERE occurred_at > $1)
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
    connection: Any, now: datetime, token: UUID, until: datetime, places: Mapping[Role, int]
) -> list[Any]:
    """As many lanes of each role as there are places for it, those first that were served longest ago."""
    limits = [places[role] for role in ROLES]
    rows: list[Any] = await connection.fetch(_LEASE, now, token, until, WINDOW, PROBE_EVERY, *limits)
    return rows


async def select_due(connection: Any, lanes: Sequence[Any], now: datetime, per_lane: int) -> list[Any]:
    rows: list[Any] = []
    for sql, served in (
        (_DUE, [lane for lane in lanes if not lane["shut"]]),
        (_DUE_OF_SHUT, [lane for lane in lanes if lane["shut"]]),
    ):
        if served:
            columns = [[lane["lane_id"] for lane in served], [lane["resumed_at"] for lane in served]]
            more = [] if sql is _DUE else [[lane["role"] for lane in served], WINDOW]
            rows += await connection.fetch(sql, *columns, now, per_lane, *more)
    return rows


async def finish_lane(
    connection: Any, lane_id: int, token: UUID, now: datetime, results: Sequence[tuple[object, ...]], health: Strike
) -> bool:
    """Notes the results and gives the lane back; False, and nothing noted, when it has been taken over."""
    columns = [list(column) for column in zip(*results, strict=True)] or [[] for _ in range(9)]
    struck = (health.failures, health.outcome, health.delivered, health.exhausted)
    rule = (PROBE_EVERY, FAILURES_IN_A_ROW, FAILING_FOR, EXHAUSTED_TOLD_EVERY)
    held: bool = await connection.fetchval(_FINISH, lane_id, token, now, *columns, *struck, *rule)
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

"""Gives the events of requested replays their deliveries: oldest first, a piece at a time, and only as fast as they are
sent. They travel in a lane of their own, so that new events never wait for them.
"""

from datetime import datetime
from typing import Any

from healthpartner.events.outbox import REPLAY_SHARD

# Small, so that new events find database and worker free again soon.
PIECE = 25

_LANES = f"""
INSERT INTO delivery_lane (org_id, destination_id, shard)
SELECT DISTINCT org_id, destination_id, {REPLAY_SHARD}::smallint FROM event_replay JOIN destination USING (org_id, stream)
ORDER BY destination_id
ON CONFLICT (destination_id, shard) DO NOTHING
"""

# What waits in the lane is counted no further than needed; a lane that is full enough waits until it is emptier.
_OPEN = f"""
SELECT replay_id, event_replay.org_id, stream, lane_id FROM event_replay JOIN destination USING (org_id, stream)
LEFT JOIN delivery_lane AS lane ON lane.destination_id = destination.destination_id AND shard = {REPLAY_SHARD}
WHERE (SELECT count(*) FROM (
    SELECT FROM delivery WHERE delivery.lane_id = lane.lane_id AND state = 'due' LIMIT $1) AS waiting) < $1
ORDER BY requested_at, replay_id
"""

# One worker at a time goes on with a replay, from where it has come to in the index by time, whatever lies before. Events
# that are being erased just now are passed over. A delivery that waits for its first attempt is left as it is; one that
# waits for a later attempt joins the replay. What there is of a delivery is found by its event or its key alone: with the
# state named too, a planner without fresh statistics reads everything that is due, or has failed, for each event.
_CONTINUE = f"""
WITH replay AS MATERIALIZED (
    SELECT * FROM event_replay WHERE replay_id = $1 FOR UPDATE SKIP LOCKED
), target AS MATERIALIZED (
    SELECT destination_id FROM destination WHERE org_id = $2 AND stream = $3 AND EXISTS (SELECT FROM replay)
    FOR KEY SHARE
), lane AS MATERIALIZED (
    SELECT lane_id, org_id, destination_id FROM delivery_lane JOIN target USING (destination_id)
    WHERE shard = {REPLAY_SHARD}
), piece AS MATERIALIZED (
    SELECT following.* FROM replay CROSS JOIN lane CROSS JOIN LATERAL (
        SELECT position, occurred_at FROM event
        WHERE event.org_id = $2 AND event.stream = $3
            AND occurred_at >= reached AND (occurred_at, position) > (reached, reached_position)
            AND occurred_at < end_at AND routed AND (event_type IS NULL OR type = event_type)
            AND (NOT only_failed OR EXISTS (
                SELECT FROM delivery
                WHERE delivery.org_id = $2 AND delivery.position = event.position AND state = 'failed' OFFSET 0))
        ORDER BY occurred_at, position LIMIT $5) AS following
), held AS MATERIALIZED (
    SELECT event.position FROM (SELECT position FROM piece ORDER BY position) AS piece CROSS JOIN LATERAL (
        SELECT position FROM event WHERE event.position = piece.position FOR KEY SHARE SKIP LOCKED) AS event
), known AS MATERIALIZED (
    SELECT known.* FROM held CROSS JOIN LATERAL (
        SELECT delivery_id, position, state FROM delivery WHERE delivery.position = held.position OFFSET 0) AS known
), joined AS (
    UPDATE delivery SET lane_id = lane.lane_id, next_at = $4 FROM lane
    WHERE delivery_id = ANY (ARRAY(SELECT delivery_id FROM known WHERE state = 'due'))
        AND CASE state WHEN 'due' THEN next_at > $4 ELSE false END
), superseded AS (
    UPDATE delivery SET state = 'superseded'
    WHERE delivery_id = ANY (ARRAY(SELECT delivery_id FROM known WHERE state = 'failed'))
), added AS (
    INSERT INTO delivery (org_id, position, destination_id, lane_id, created_at, requested)
    SELECT org_id, position, destination_id, lane_id, $4, true FROM held CROSS JOIN lane
    WHERE NOT EXISTS (SELECT FROM known WHERE known.position = held.position AND state = 'due')
    ORDER BY position
), reached AS (
    UPDATE event_replay SET reached = last.occurred_at, reached_position = last.position
    FROM (SELECT * FROM piece ORDER BY occurred_at DESC, position DESC LIMIT 1) AS last
    WHERE replay_id = $1 AND (SELECT count(*) FROM piece) = $5
), finished AS (
    DELETE FROM event_replay
    WHERE replay_id = $1 AND EXISTS (SELECT FROM lane) AND (SELECT count(*) FROM piece) < $5
)
SELECT count(*) FROM piece
"""


async def continue_replays(pool: Any, now: datetime) -> int:
    """Answers how many events it came past."""
    total = 0
    replays = await pool.fetch(_OPEN, PIECE)
    if any(replay["lane_id"] is None for replay in replays):
        await pool.execute(_LANES)
    for replay in replays:
        total += await pool.fetchval(_CONTINUE, replay["replay_id"], replay["org_id"], replay["stream"], now, PIECE)
    return total

"""The queries on destinations and on how their deliveries fare."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.events.event import STREAMS
from healthpartner.events.outbox import CHANNEL

SHARDS = 4
MOST_EVENTS = 20_000

_STREAMS = """
SELECT stream, destination.type, destination.settings_ciphertext, destination.public_settings,
       destination.created_at, destination.updated_at, lanes.delivered_at, coalesce(given_up.number, 0) AS failed,
       paused_at, probe_at, failing_since, coalesce(failures, 0) AS failures,
       coalesce(due.number, 0) + coalesce(waiting.number, 0) AS pending, least(due.oldest, waiting.oldest) AS oldest
FROM unnest($2::text[]) WITH ORDINALITY AS streams (stream, place)
LEFT JOIN (SELECT * FROM destination WHERE org_id = $1) AS destination USING (stream)
LEFT JOIN destination_health USING (destination_id)
LEFT JOIN LATERAL (
    SELECT max(delivered_at) AS delivered_at FROM delivery_lane
    WHERE delivery_lane.destination_id = destination.destination_id) AS lanes ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS number, min(occurred_at) AS oldest FROM delivery JOIN event USING (position)
    WHERE state = 'due' AND lane_id IN (
        SELECT lane_id FROM delivery_lane WHERE delivery_lane.destination_id = destination.destination_id)
    ) AS due ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS number FROM delivery
    WHERE state = 'failed' AND delivery.destination_id = destination.destination_id) AS given_up ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS number, min(occurred_at) AS oldest FROM event
    WHERE org_id = $1 AND event.stream = streams.stream AND NOT routed) AS waiting ON true
ORDER BY place
"""

_INSERT = """
WITH added AS (
    INSERT INTO destination (org_id, destination_id, stream, type, shards, settings_ciphertext, public_settings,
                             created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
    ON CONFLICT (org_id, stream) DO NOTHING RETURNING destination_id
), lanes AS (
    INSERT INTO delivery_lane (org_id, destination_id, shard)
    SELECT $1, destination_id, shard FROM added, generate_series(0, $5::smallint - 1) AS shard
)
SELECT destination_id FROM added
"""

_UPDATE = """
UPDATE destination SET type = $3, settings_ciphertext = $4, public_settings = $5, updated_at = $6
WHERE org_id = $1 AND stream = $2 RETURNING destination_id
"""

_PAUSE = """
INSERT INTO destination_health AS known (org_id, destination_id, paused_at)
SELECT org_id, destination_id, $3 FROM destination WHERE org_id = $1 AND stream = $2
ON CONFLICT (destination_id) DO UPDATE SET paused_at = coalesce(known.paused_at, excluded.paused_at)
"""

# The window of retries begins anew, and an open circuit is probed at once.
_RESUME = f"""
WITH resumed AS (
    UPDATE destination_health AS known SET paused_at = NULL, resumed_at = $3,
        probe_at = CASE WHEN probe_at IS NOT NULL THEN $3::timestamptz END
    FROM destination WHERE destination.destination_id = known.destination_id AND destination.org_id = $1
        AND stream = $2 AND paused_at IS NOT NULL
)
SELECT pg_notify('{CHANNEL}', '')
"""

_WELL = f"""
WITH well AS (
    UPDATE destination_health AS known SET failures = 0, failing_since = NULL, probe_at = NULL,
        notices = notices || CASE WHEN probe_at IS NULL THEN '{{}}' ELSE ARRAY['recovered'] END
    FROM destination WHERE destination.destination_id = known.destination_id AND destination.org_id = $1
        AND stream = $2 AND failures > 0
)
SELECT pg_notify('{CHANNEL}', '')
"""

_UNROUTE = """
WITH undelivered AS (
    DELETE FROM delivery WHERE destination_id = $2 AND (state = 'failed' OR (state = 'due' AND lane_id = ANY ($3)))
    RETURNING position
)
UPDATE event SET routed = false FROM undelivered WHERE event.org_id = $1 AND event.position = undelivered.position
"""


# Of an event that was sent several times, its first delivery counts.
_LAG = """
SELECT date_trunc('hour', occurred_at) AS hour, count(delivered_at) AS delivered,
       count(*) - count(delivered_at) AS waiting,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM delivered_at - occurred_at)) AS median_seconds,
       max(extract(epoch FROM delivered_at - occurred_at))::float8 AS longest_seconds
FROM (SELECT position, occurred_at FROM event WHERE org_id = $1 AND stream = $2 AND occurred_at >= $3
      ORDER BY occurred_at DESC LIMIT $4) AS recent
LEFT JOIN LATERAL (
    SELECT min(finished_at) AS delivered_at FROM delivery
    WHERE delivery.position = recent.position AND state = 'delivered') AS sent ON true
GROUP BY 1 ORDER BY 1
"""


async def select_lag(uow: UnitOfWork, stream: str, since: datetime) -> list[Any]:
    return await uow.read(_LAG, uow.org_id, stream, since, MOST_EVENTS)


async def select_streams(uow: UnitOfWork, streams: Sequence[str] = STREAMS) -> list[Any]:
    return await uow.read(_STREAMS, uow.org_id, list(streams))


async def insert(uow: UnitOfWork, stream: str, kind: str, ciphertext: bytes, public: dict[str, Any]) -> UUID | None:
    """The new destination's id, or None when the stream has one already."""
    destination_id: UUID | None = await uow.fetchval(
        _INSERT, uow.org_id, uow.new_id(), stream, kind, SHARDS, ciphertext, public, uow.now()
    )
    return destination_id


async def update(uow: UnitOfWork, stream: str, kind: str, ciphertext: bytes, public: dict[str, Any]) -> UUID | None:
    destination_id: UUID | None = await uow.fetchval(_UPDATE, uow.org_id, stream, kind, ciphertext, public, uow.now())
    return destination_id


async def delete(uow: UnitOfWork, stream: str) -> UUID | None:
    """Removes the destination; what it has not taken waits again.

    First it waits for transactions that record events for it, then for workers that note results: both in the
    order in which they take their locks.
    """
    destination_id: UUID | None = await uow.fetchval(
        "SELECT destination_id FROM destination WHERE org_id = $1 AND stream = $2 FOR UPDATE", uow.org_id, stream
    )
    if destination_id is None:
        return None
    lanes = await uow.fetch(
        "SELECT lane_id FROM delivery_lane WHERE destination_id = $1 ORDER BY lane_id FOR UPDATE", destination_id
    )
    await uow.execute(_UNROUTE, uow.org_id, destination_id, [lane["lane_id"] for lane in lanes])
    await uow.execute("DELETE FROM destination_health WHERE destination_id = $1", destination_id)
    await uow.execute("DELETE FROM destination WHERE destination_id = $1", destination_id)
    return destination_id


async def pause(uow: UnitOfWork, stream: str) -> None:
    await uow.execute(_PAUSE, uow.org_id, stream, uow.now())


async def resume(uow: UnitOfWork, stream: str) -> None:
    await uow.execute(_RESUME, uow.org_id, stream, uow.now())


async def put_fault(uow: UnitOfWork, stream: str, fault: str | None) -> None:
    await uow.execute("UPDATE destination SET fault = $3 WHERE org_id = $1 AND stream = $2", uow.org_id, stream, fault)


async def bring_forward(uow: UnitOfWork, by: timedelta) -> None:
    """Lanes are locked first, in order, as a worker does that notes results."""
    await uow.execute("SELECT FROM delivery_lane WHERE org_id = $1 ORDER BY lane_id FOR UPDATE", uow.org_id)
    await uow.execute(
        "UPDATE delivery SET next_at = next_at - $2::interval, created_at = created_at - $2::interval "
        "WHERE org_id = $1 AND state = 'due'",
        uow.org_id,
        by,
    )
    await uow.execute(
        "UPDATE destination_health SET probe_at = probe_at - $2::interval, failing_since = failing_since - $2::interval, "
        "exhausted_at = exhausted_at - $2::interval, resumed_at = resumed_at - $2::interval WHERE org_id = $1",
        uow.org_id,
        by,
    )
    await uow.execute("SELECT pg_notify($1, '')", CHANNEL)


async def note_success(uow: UnitOfWork, stream: str) -> None:
    """A test event was taken: whatever failed before, the destination is well."""
    await uow.execute(_WELL, uow.org_id, stream)


async def select_settings_of(connection: Any, destination_ids: Sequence[UUID]) -> list[Any]:
    """For the delivery workers, which serve every organisation."""
    rows: list[Any] = await connection.fetch(
        "SELECT destination_id, org_id, type, settings_ciphertext, fault FROM destination "
        "WHERE destination_id = ANY ($1::uuid[])",
        destination_ids,
    )
    return rows

"""What operators see of what is not delivered yet: the age of the oldest event of each stream, and how many destinations
are failing; what a partner has paused is neither. Reading it costs what lanes there are, however many events wait in them.
"""

import asyncio
from typing import Any

import structlog

from healthpartner.core import telemetry
from healthpartner.core.clock import Clock
from healthpartner.delivery.relay import DATABASE_ERRORS
from healthpartner.events.event import STREAMS

READ_EVERY_SECONDS = 15.0

_log = structlog.get_logger(__name__)

# Jumps through the index from lane to lane, to the oldest delivery of each.
_OLDEST = """
WITH RECURSIVE oldest AS (
    (SELECT lane_id, created_at FROM delivery WHERE state = 'due' ORDER BY lane_id, created_at LIMIT 1)
    UNION ALL
    SELECT following.lane_id, following.created_at FROM oldest CROSS JOIN LATERAL (
        SELECT lane_id, created_at FROM delivery WHERE state = 'due' AND lane_id > oldest.lane_id
        ORDER BY lane_id, created_at LIMIT 1) AS following
)
SELECT stream, min(oldest.created_at) AS oldest
FROM oldest JOIN delivery_lane USING (lane_id) JOIN destination USING (destination_id)
LEFT JOIN destination_health USING (destination_id) WHERE paused_at IS NULL GROUP BY stream
"""

_FAILING = """
SELECT stream, count(DISTINCT destination_id) AS number
FROM delivery_lane AS lane JOIN destination USING (destination_id) LEFT JOIN destination_health USING (destination_id)
WHERE lane.failures > 0 AND paused_at IS NULL GROUP BY stream
"""


async def read_backlog(pool: Any, clock: Clock) -> None:
    """Brings the gauges up to date."""
    oldest = {row["stream"]: row["oldest"] for row in await pool.fetch(_OLDEST)}
    failing = {row["stream"]: row["number"] for row in await pool.fetch(_FAILING)}
    now = clock.now()
    for stream in STREAMS:
        age = (now - oldest[stream]).total_seconds() if stream in oldest else 0
        telemetry.oldest_undelivered_seconds.labels(stream).set(max(age, 0))
        telemetry.failing_destinations.labels(stream).set(failing.get(stream, 0))
    telemetry.backlog_read_timestamp_seconds.set(now.timestamp())


async def watch_backlog(pool: Any, clock: Clock, stop: asyncio.Event) -> None:
    """Until `stop` is set; while the database is away, the gauges stay as they are."""
    stopped = asyncio.ensure_future(stop.wait())
    while not stop.is_set():
        try:
            await read_backlog(pool, clock)
        except DATABASE_ERRORS as error:
            _log.warning("the backlog cannot be read", error=type(error).__name__)
        await asyncio.wait({stopped}, timeout=READ_EVERY_SECONDS)

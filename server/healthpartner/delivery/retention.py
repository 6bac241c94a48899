"""Forgets events after their time, a batch per statement, so that no sweep holds locks for long."""

from datetime import datetime, timedelta
from typing import Any

KEPT_FOR = timedelta(days=30)
BATCH = 1000

# What is still due is never removed, unless its destination is paused; what has failed stays visible for the whole time after its last attempt.
_SWEEP = """
WITH old AS MATERIALIZED (
    SELECT position FROM event WHERE occurred_at <= $1 AND NOT EXISTS (
        SELECT FROM delivery WHERE delivery.position = event.position
            AND ((state = 'failed' AND finished_at > $1) OR (state = 'due' AND NOT EXISTS (
                SELECT FROM destination_health AS health
                WHERE health.destination_id = delivery.destination_id AND paused_at IS NOT NULL))))
    ORDER BY occurred_at LIMIT $2 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM event USING old WHERE event.position = old.position RETURNING 1
)
SELECT count(*) FROM removed
"""


async def sweep(pool: Any, now: datetime) -> int:
    """Removes events older than 30 days with their deliveries and attempts; answers how many."""
    total = 0
    while True:
        removed: int = await pool.fetchval(_SWEEP, now - KEPT_FOR, BATCH)
        total += removed
        if removed < BATCH:
            return total

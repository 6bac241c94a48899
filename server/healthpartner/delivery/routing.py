"""Moves waiting events on once their stream has a destination: oldest first, a batch at a time, by any worker."""

from datetime import datetime
from typing import Any

from healthpartner.delivery import store
from healthpartner.events.outbox import BUFFERED_FOR

BATCH = 1000


async def route_waiting(pool: Any, now: datetime) -> int:
    """Answers how many events got their delivery."""
    since = now - BUFFERED_FOR
    waiting = await store.select_catching_up(pool, since)
    return sum([await store.route(pool, destination, since, now, BATCH) for destination in waiting])

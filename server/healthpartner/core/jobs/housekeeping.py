"""Keeps the queue's own history short; what members see of their jobs is kept elsewhere."""

from typing import Any

KEPT_DAYS = 7


async def trim(system: Any) -> None:
    """`system`: the pool of the system role. Removes old log entries, statistics, and tickets that ended as failed."""
    await system.execute("DELETE FROM pgqueuer_log WHERE created < now() - make_interval(days => $1)", KEPT_DAYS)
    await system.execute("DELETE FROM pgqueuer_statistics WHERE created < now() - make_interval(days => $1)", KEPT_DAYS)
    await system.execute("DELETE FROM pgqueuer WHERE status = 'failed' AND updated < now() - make_interval(days => 1)")

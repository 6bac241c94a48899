"""The worker's own connections: a few, of the system role, without the codecs that the queue's library does not expect."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from healthpartner.core.db.pool import SYSTEM_ROLE

# One listens; heartbeats must not wait behind the rest.
CONNECTIONS = 4
TIMEOUT_SECONDS = 10


@asynccontextmanager
async def queue_pool(url: str) -> AsyncIterator[Any]:
    pool = await asyncpg.create_pool(
        url,
        min_size=2,
        max_size=CONNECTIONS,
        timeout=TIMEOUT_SECONDS,
        command_timeout=TIMEOUT_SECONDS,
        server_settings={"role": SYSTEM_ROLE, "application_name": "healthpartner-jobs", "timezone": "UTC"},
    )
    try:
        yield pool
    finally:
        # A connection that was lost is never given back, so an orderly close could wait for ever.
        pool.terminate()

"""Counts answered requests per organization, day, credential and operation, and adds them to the database in batches.

A request costs one addition in memory. A process that dies loses what it has counted since the last batch.
"""

import asyncio
from contextlib import suppress
from datetime import date
from typing import Any

import asyncpg
import structlog

from healthpartner.core.access import Caller, TenantCaller
from healthpartner.domains.tenants.usage import service
from healthpartner.domains.tenants.usage.schemas import Counted, Tally

FLUSH_SECONDS = 5.0
MOST_HELD = 20_000
REFUSED, FAILED = 400, 500

log = structlog.get_logger(__name__)


class UsageCounter:
    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._counts: dict[Counted, Tally] = {}

    def note(self, caller: Caller | None, operation: str, day: date, status: int) -> None:
        if caller is None or not operation or len(self._counts) >= MOST_HELD:
            return
        key_id = caller.key_id if isinstance(caller, TenantCaller) else None
        key = Counted(caller.org_id, day, key_id, operation)
        tally = self._counts.setdefault(key, Tally())
        tally.requests += 1
        tally.refused += REFUSED <= status < FAILED
        tally.failed += status >= FAILED

    async def flush(self) -> None:
        """Adds what was counted; what could not be added is counted on."""
        counts, self._counts = self._counts, {}
        try:
            await service.add(self._pool, counts)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            log.warning("usage_waits_for_the_database", error=type(error).__name__)
            for key, tally in counts.items():
                held = self._counts.setdefault(key, Tally())
                held.requests += tally.requests
                held.refused += tally.refused
                held.failed += tally.failed

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop, and once more then."""
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), FLUSH_SECONDS)
            await self.flush()

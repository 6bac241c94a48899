"""Processes that write into one member's day, to be killed or to meet.

python -m tests.domains.metrics.rollups.writer die <url> <org> <user>     killed at every statement in turn
python -m tests.domains.metrics.rollups.writer meet <url> <org> <user> <provider>
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec

from healthpartner.canonical.samples import SampleSource
from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import connect
from healthpartner.core.logs import configure_logging
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import service as activity
from healthpartner.domains.metrics.activity.schemas import IngestActivity
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.timeseries import service as timeseries
from healthpartner.domains.metrics.timeseries.schemas import IngestTimeseries
from tests.domains.metrics.fusion.strategies import DAY, MINUTE, batch_of

CLOCK = SettableClock(datetime(2026, 3, 14, 9, 0, tzinfo=UTC))
MIDNIGHT = DAY * 86_400_000
CALLS = 40
METHODS = ("fetch", "fetchrow", "fetchval", "execute")
WALKS = [
    {
        "client_id": f"walk {n}",
        "start": f"2026-02-16T{n:02}:00:00Z",
        "end": f"2026-02-16T{n:02}:20:00Z",
        "value": 900,
        "unit": "count",
    }
    for n in range(3)
]
TOTAL = [{"client_id": "total", "date": "2026-02-16", "floors": 7}]


async def write(uow: UnitOfWork) -> list[str]:
    walks = await timeseries.ingest(uow, "steps", IngestTimeseries(msgspec.Raw(msgspec.json.encode(WALKS))))
    totals = await activity.ingest(uow, IngestActivity(msgspec.Raw(msgspec.json.encode(TOTAL))))
    return [result.status for result in [*walks, *totals]]


async def die_at(place: int, url: str, org_id: UUID, user_id: UUID) -> None:
    """Killed before the statement of that place; 0 is the one that begins the transaction."""
    async with (
        connect(url, pool_size=1, system_pool_size=1) as database,
        UnitOfWork(database.tenants, CLOCK, org_id, user_id=user_id) as uow,
    ):
        connection = await uow.connection()
        seen = 0

        def counted(method: Any) -> Any:
            async def call(*arguments: Any) -> Any:
                nonlocal seen
                if seen == place:
                    os.kill(os.getpid(), signal.SIGKILL)
                seen += 1
                return await method(*arguments)

            return call

        counting = SimpleNamespace(**{name: counted(getattr(connection, name)) for name in METHODS})
        uow._connection = counting
        statuses = await write(uow)
        # The commit is a statement as well.
        if seen == place:
            os.kill(os.getpid(), signal.SIGKILL)
        uow._connection = connection
        await uow.commit()
        sys.stdout.write(f"{place} {' '.join(statuses)}\n")
        sys.stdout.flush()


def die(url: str, org: str, user: str) -> None:
    for place in range(1000):
        child = os.fork()
        if child == 0:
            asyncio.run(die_at(place, url, UUID(org), UUID(user)))
            sys.exit()
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))


async def meet(url: str, org: str, user: str, provider: str) -> None:
    async with connect(url, pool_size=1, system_pool_size=1) as database:
        for call in range(CALLS):
            async with UnitOfWork(database.tenants, CLOCK, UUID(org), user_id=UUID(user)) as uow:
                batch = batch_of([(MIDNIGHT + call * 10 * MINUTE, 10 * MINUTE, 100.0, 0)])
                await samples.store(uow, SampleSource(provider), batch)
                await uow.commit()


if __name__ == "__main__":
    configure_logging("error", stream=sys.stderr)
    if sys.argv[1] == "die":
        die(*sys.argv[2:])
    else:
        asyncio.run(meet(*sys.argv[2:]))

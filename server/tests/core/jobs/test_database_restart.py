"""The worker while its database is killed and started again."""

import asyncio
from pathlib import Path

from healthpartner.core.clock import SystemClock
from healthpartner.core.db.migrate import migrate
from healthpartner.core.db.pool import connect
from healthpartner.core.jobs.queue import Ticket
from healthpartner.core.jobs.worker import JobWorker, WorkerLimits
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from tests.core.jobs.test_worker import Taken, ticket
from tests.support.database import create_tenant
from tests.support.postgres import QUICK


async def test_tickets_are_taken_again_after_a_kill_of_the_database(tmp_path: Path) -> None:
    before, after, stop = Taken(), Taken(), asyncio.Event()
    with EmbeddedPostgres(tmp_path / "data", settings=QUICK | {"fsync": "on", "synchronous_commit": "on"}) as server:
        url = (await asyncio.to_thread(server.start)).url
        await migrate(url)
        worker = JobWorker(
            url, {"before": before, "after": after}, limits=WorkerLimits(heartbeat_seconds=1.0, poll_seconds=0.2)
        )
        running = asyncio.create_task(worker.run(stop))
        async with connect(url) as database:
            tenant = await create_tenant(database, SystemClock(), "Acme")
            await ticket(tenant, "before")
            await _waited(before)
            await database.terminate()
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        async with connect(url) as database:
            tenant = type(tenant)(tenant.org_id, tenant.name, database, tenant.clock)
            job_id = await ticket(tenant, "after")
            await _waited(after)
        stop.set()
        await running

    assert after.tickets == [Ticket(tenant.org_id, job_id)]


async def _waited(taken: Taken) -> None:
    async with asyncio.timeout(30):
        await taken.done.wait()

"""Workers and the database are killed while events drain: nothing is lost, nothing uncommitted leaves."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from healthpartner.core.clock import SystemClock
from healthpartner.core.db.migrate import migrate
from healthpartner.core.db.pool import Database, connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.domains.tenants.queues.schemas import QueueContext
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.events import outbox
from tests.support.database import Tenant, create_tenant
from tests.support.delivery import StepsCounted
from tests.support.killable_workers import CONTEXT, LIMITS, MASTER_KEY
from tests.support.sinks import Socket, SocketServer

EVENTS = 5000
WORKERS = 2
WORKER_KILLS = range(400, EVENTS, 500)
DATABASE_KILLS = (1500, 3500)
SERVER = Path(__file__).resolve().parents[2]


class Workers:
    """Worker processes, forked by a process that has the code loaded."""

    def __init__(self, forker: asyncio.subprocess.Process) -> None:
        self._forker, self._pids = forker, list[int]()

    async def start(self) -> None:
        assert self._forker.stdin is not None
        assert self._forker.stdout is not None
        self._forker.stdin.write(b"\n")
        self._pids.append(int(await self._forker.stdout.readline()))

    def kill_one(self) -> None:
        os.kill(self._pids.pop(random.randrange(len(self._pids))), signal.SIGKILL)  # noqa: S311 - any one will do

    async def kill_all(self) -> None:
        while self._pids:
            self.kill_one()
        self._forker.kill()
        await self._forker.wait()


@asynccontextmanager
async def running_workers(url: str) -> AsyncIterator[Workers]:
    forker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.killable_workers",
        url,
        cwd=SERVER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    workers = Workers(forker)
    try:
        for _ in range(WORKERS):
            await workers.start()
        yield workers
    finally:
        await workers.kill_all()


async def prepare(database: Database, sink: SocketServer) -> Tenant:
    keyring = Keyring([MASTER_KEY])
    tenant = await create_tenant(database, SystemClock(), "Acme")
    context = QueueContext(keyring, CONTEXT, {"socket": Socket()})
    async with tenant.uow() as uow:
        await signing.create_first(uow, keyring)
        await uow.commit()
        await queues.register(uow, context, "device_data", {"type": "socket", "socket": {"path": str(sink.path)}})
        await uow.commit()
    sink.arrived.clear()
    return tenant


async def record_until_enough(tenant: Tenant) -> set[UUID]:
    """Answers the ids that were rolled back. A commit whose answer is lost may count or not; the database knows."""
    members, undone, committed = [uuid4() for _ in range(40)], set[UUID](), 0
    while committed < EVENTS:
        try:
            async with tenant.uow() as uow:
                batch = [(StepsCounted(number), members[number % 40]) for number in range(committed, committed + 50)]
                event_ids = await outbox.record_many(uow, batch)
                if committed % 500 == 0 and len(undone) <= committed // 10:
                    await uow.rollback()
                    undone.update(event_ids)
                    continue
                await uow.commit()
                committed += 50
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.02)
    return undone


def holds_as_many(number: int, arrived: set[str]) -> bool:
    return len(arrived) >= number


async def kill_along(workers: Workers, postgres: EmbeddedPostgres, sink: SocketServer) -> None:
    for threshold in sorted((*WORKER_KILLS, *DATABASE_KILLS)):
        await sink.until(partial(holds_as_many, threshold))
        if threshold in DATABASE_KILLS:
            await asyncio.to_thread(postgres.kill)
            await asyncio.to_thread(postgres.start)
        else:
            workers.kill_one()
            await workers.start()


async def recorded_ids(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        return {str(row["event_id"]) for row in await connection.fetch("SELECT event_id FROM event")}
    finally:
        await connection.close()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """One that the operating system user of PostgreSQL may pass through."""
    tmp_path.chmod(0o711)
    return tmp_path


async def test_kills_lose_nothing_and_repeat_no_more_than_was_in_flight(directory: Path) -> None:
    # Unlike a power cut, a kill keeps what the operating system was given; commits must be given to it.
    settings = {"fsync": "off", "synchronous_commit": "on"}
    with EmbeddedPostgres(directory / "postgres", settings=settings) as postgres:
        url = (await asyncio.to_thread(postgres.start)).url
        await migrate(url)
        async with asyncio.timeout(55), SocketServer(directory / "sink") as sink, connect(url) as database:
            tenant = await prepare(database, sink)
            async with running_workers(url) as workers:
                killing = asyncio.create_task(kill_along(workers, postgres, sink))
                undone = await record_until_enough(tenant)
                recorded = await recorded_ids(url)
                await sink.until(lambda arrived: arrived >= recorded)
                await killing

    kills = len(WORKER_KILLS) + len(DATABASE_KILLS)
    in_flight = LIMITS.lanes * LIMITS.per_lane
    assert len(recorded) >= EVENTS
    assert set(sink.arrived) == recorded
    assert undone
    assert not {str(event_id) for event_id in undone} & set(sink.arrived)
    assert len(sink.arrived) - len(recorded) <= kills * in_flight

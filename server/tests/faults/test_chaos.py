"""Workers, the database and a broker are killed while events drain into six kinds of destination: nothing is lost, and
nothing uncommitted leaves.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from healthpartner.core.clock import SystemClock
from healthpartner.core.db.migrate import migrate
from healthpartner.core.db.pool import Database, connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.delivery.relay import DATABASE_ERRORS
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.domains.tenants.queues.schemas import QueueContext
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.events import outbox
from tests.faults.chaos_destinations import Sink, Told, sinks
from tests.support.database import Tenant, create_tenant
from tests.support.killable_workers import ALL_KINDS, LIMITS, MASTER_KEY, Surroundings, context_of
from tests.support.parts.nats_server import KillableNats, killable_nats
from tests.support.parts.session import Parts
from tests.support.sinks import SocketServer

EVENTS = 20_000
BATCH = 50
WORKERS = 2
SECONDS = 60
# By the number of events that have arrived at the sink that takes two fifths of them.
WORKER_KILLS = range(400, 7600, 720)
DATABASE_KILLS = (2000, 5500)
BROKER_KILL = 3700
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
async def running_workers(url: str, surroundings: Surroundings) -> AsyncIterator[Workers]:
    forker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.killable_workers",
        url,
        msgspec.json.encode(surroundings).decode(),
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


async def prepare(database: Database, surroundings: Surroundings, opened: list[Sink]) -> dict[str, Tenant]:
    keyring, clock = Keyring([MASTER_KEY]), SystemClock()
    context = QueueContext(keyring, context_of(surroundings), ALL_KINDS)
    tenants = {name: await create_tenant(database, clock, name) for name in {sink.org for sink in opened}}
    for tenant in tenants.values():
        async with tenant.uow() as uow:
            await signing.create_first(uow, keyring)
            await uow.commit()
    for sink in opened:
        async with tenants[sink.org].uow() as uow:
            await queues.register(uow, context, sink.event.stream, sink.settings)
            await uow.commit()
    return tenants


async def record(tenants: dict[str, Tenant], opened: list[Sink]) -> set[UUID]:
    """Answers the ids that were rolled back. A commit whose answer is lost may count or not; the database knows."""
    members, undone, number = [uuid4() for _ in range(40)], set[UUID](), 0
    while number < EVENTS:
        for name, tenant in tenants.items():
            shares = [sink.event for sink in opened if sink.org == name for _ in range(sink.share)]
            batch = [(event(number + place), members[place % 40]) for place, event in enumerate(shares)]
            undone |= await commit_somehow(tenant, batch, give_up_once=number % 2000 == 0)
        number += BATCH
    return undone


async def commit_somehow(tenant: Tenant, batch: Sequence[tuple[Told, UUID]], *, give_up_once: bool) -> set[UUID]:
    """Again and again until it is told that the transaction is committed; answers the ids of what was rolled back."""
    undone = set[UUID]()
    while True:
        try:
            async with tenant.uow() as uow:
                event_ids = await outbox.record_many(uow, batch)
                if give_up_once and not undone:
                    await uow.rollback()
                    undone.update(event_ids)
                    continue
                await uow.commit()
                return undone
        except DATABASE_ERRORS:
            await asyncio.sleep(0.02)


def holds_as_many(number: int, arrived: set[str]) -> bool:
    return len(arrived) >= number


async def kill_along(workers: Workers, postgres: EmbeddedPostgres, nats: KillableNats, socket: SocketServer) -> None:
    for threshold in sorted((*WORKER_KILLS, *DATABASE_KILLS, BROKER_KILL)):
        await socket.until(partial(holds_as_many, threshold))
        if threshold in DATABASE_KILLS:
            await asyncio.to_thread(postgres.kill)
            await asyncio.to_thread(postgres.start)
        elif threshold == BROKER_KILL:
            nats.kill()
            await asyncio.to_thread(nats.start)
        else:
            workers.kill_one()
            await workers.start()


async def recorded_ids(url: str) -> dict[tuple[str, str], set[str]]:
    """Of what is committed, by organisation and stream."""
    connection = await asyncpg.connect(url)
    try:
        found: dict[tuple[str, str], set[str]] = {}
        for row in await connection.fetch("SELECT name, stream, event_id FROM event JOIN org USING (org_id)"):
            found.setdefault((row["name"], row["stream"]), set()).add(str(row["event_id"]))
        return found
    finally:
        await connection.close()


async def until_nothing_is_due(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        while await connection.fetchval("SELECT count(*) FROM delivery WHERE state = 'due'"):  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.1)
    finally:
        await connection.close()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """One that the operating system user of PostgreSQL may pass through."""
    tmp_path.chmod(0o711)
    return tmp_path


async def test_kills_of_everything_lose_nothing_and_repeat_no_more_than_was_in_flight(
    directory: Path, parts: Parts, record_property: Callable[[str, object], None]
) -> None:
    surroundings = Surroundings(SystemClock().now(), parts.ministack_port)
    # Unlike a power cut, a kill keeps what the operating system was given; commits must be given to it.
    settings = {"fsync": "off", "synchronous_commit": "on"}
    with EmbeddedPostgres(directory / "postgres", settings=settings) as postgres, killable_nats() as nats:
        url = (await asyncio.to_thread(postgres.start)).url
        await migrate(url)
        async with sinks(parts, nats, directory) as (opened, socket), connect(url) as database:
            tenants = await prepare(database, surroundings, opened)
            tests = [len(await sink.arrived()) for sink in opened if sink.settings["type"] != "socket"]
            socket.forget()
            begun = time.monotonic()
            async with asyncio.timeout(SECONDS), running_workers(url, surroundings) as workers:
                killing = asyncio.create_task(kill_along(workers, postgres, nats, socket))
                undone = await record(tenants, opened)
                await killing
                await until_nothing_is_due(url)
            seconds = time.monotonic() - begun
            recorded = await recorded_ids(url)
            arrived = {(sink.org, str(sink.event.stream)): await sink.arrived() for sink in opened}
    assert set(tests) == {1}
    check(recorded, arrived, undone)
    kills = len(WORKER_KILLS) + len(DATABASE_KILLS) + 1
    copies = sum(map(len, arrived.values())) - sum(len(set(ids)) for ids in arrived.values())
    assert copies <= kills * LIMITS.lanes * LIMITS.per_lane
    record_property("events", sum(map(len, recorded.values())))
    record_property("kinds", len(arrived))
    record_property("kills", kills)
    record_property("lost", sum(len(ids - set(arrived[where])) for where, ids in recorded.items()))
    record_property("duplicates", copies)
    record_property("seconds", round(seconds, 1))


def check(
    recorded: dict[tuple[str, str], set[str]], arrived: dict[tuple[str, str], list[str]], undone: set[UUID]
) -> None:
    everything = set[str]().union(*arrived.values())
    assert sum(map(len, recorded.values())) >= EVENTS
    assert undone
    assert not {str(event_id) for event_id in undone} & everything
    for where, ids in recorded.items():
        assert ids <= set(arrived[where]), f"{len(ids - set(arrived[where]))} lost at {where}"

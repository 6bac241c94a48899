"""Two workers on two hosts share the work; one is cut off from everything, and nothing waits longer than its lease."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
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
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.domains.tenants.queues.schemas import QueueContext
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.events import outbox
from tests.support.database import Tenant, create_tenant
from tests.support.delivery import StepsCounted
from tests.support.killable_workers import ALL_KINDS, LIMITS, MASTER_KEY, SPEED, Surroundings, context_of
from tests.support.parts.networks import SERVICES, Host, two_hosts
from tests.support.sinks import SocketServer

SERVER = Path(__file__).resolve().parents[2]
LEASE_SECONDS = LIMITS.lease_seconds / SPEED
# A worker looks again after this long, and then has to send.
MARGIN_SECONDS = LIMITS.poll_seconds + 1.8
SHARED, BATCHES, BATCH = 3000, 80, 25
MEMBERS = [uuid4() for _ in range(40)]


@asynccontextmanager
async def worker_on(host: Host, url: str, surroundings: Surroundings) -> AsyncIterator[None]:
    program = (sys.executable, "-m", "tests.support.killable_workers", url, msgspec.json.encode(surroundings).decode())
    process = await asyncio.create_subprocess_exec(
        *host.command(*program), cwd=SERVER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    pid = int(await process.stdout.readline())
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        process.kill()
        await process.wait()


def let_hosts_in(directory: Path) -> None:
    with next(directory.rglob("pg_hba.conf")).open("a") as rules:
        rules.write("host all all 10.231.0.0/16 scram-sha-256\n")


async def open_to_hosts(postgres: EmbeddedPostgres, directory: Path) -> tuple[str, str]:
    """The addresses of the database for us and for the hosts."""
    url = (await asyncio.to_thread(postgres.start)).url
    await asyncio.to_thread(let_hosts_in, directory)
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    await migrate(url)
    return url, url.replace("@127.0.0.1:", f"@{SERVICES}:")


async def prepare(database: Database, surroundings: Surroundings, sink: SocketServer) -> Tenant:
    keyring, clock = Keyring([MASTER_KEY]), SystemClock()
    tenant = await create_tenant(database, clock, "Acme")
    context = QueueContext(keyring, context_of(surroundings), ALL_KINDS)
    settings = {"type": "socket", "socket": {"host": SERVICES, "port": sink.port}}
    async with tenant.uow() as uow:
        await signing.create_first(uow, keyring)
        await uow.commit()
        await queues.register(uow, context, "device_data", settings)
        await uow.commit()
    sink.forget()
    return tenant


async def record(tenant: Tenant, number: int) -> list[UUID]:
    async with tenant.uow() as uow:
        event_ids = await outbox.record_many(uow, [(StepsCounted(one), MEMBERS[one % 40]) for one in range(number)])
        await uow.commit()
    return event_ids


async def until_both_serve(tenant: Tenant, sink: SocketServer) -> None:
    """A worker that has only just started connects first."""
    while len({address for address, _ in sink.senders}) < 2:
        recorded = {str(event_id) for event_id in await record(tenant, BATCH)}
        await sink.until(recorded.issubset)
    sink.forget()


async def record_and_cut(tenant: Tenant, host: Host, sink: SocketServer) -> dict[str, float]:
    """Records steadily; in the middle of it the host loses its cable, with work begun and unanswered."""
    recorded: dict[str, float] = {}
    for number in range(BATCHES):
        if number == BATCHES // 2:
            sink.unheard = host.address
        elif sink.called.is_set():
            sink.called.clear()
            await asyncio.to_thread(host.cut_off)
        at = time.monotonic()
        recorded |= {str(event_id): at for event_id in await record(tenant, BATCH)}
        await asyncio.sleep(0.05)
    return recorded


def delays(sink: SocketServer, recorded: dict[str, float]) -> dict[str, float]:
    """From recording to the first arrival."""
    found: dict[str, float] = {}
    for event_id, (_, at) in zip(sink.arrived, sink.senders, strict=True):
        found.setdefault(event_id, at - recorded[event_id])
    return found


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """One that the operating system user of PostgreSQL may pass through."""
    tmp_path.chmod(0o711)
    return tmp_path


async def test_two_hosts_share_the_work_and_one_cut_off_delays_nothing_longer_than_its_lease(
    directory: Path, record_property: Callable[[str, object], None]
) -> None:
    surroundings = Surroundings(SystemClock().now())
    settings = {"fsync": "off", "listen_addresses": f"127.0.0.1,{SERVICES}"}
    with two_hosts() as (one, other), EmbeddedPostgres(directory / "postgres", settings=settings) as postgres:
        url, url_for_hosts = await open_to_hosts(postgres, directory)
        sink = SocketServer(directory / "sink")
        async with sink, connect(url) as database, await sink.listen(SERVICES):
            tenant = await prepare(database, surroundings, sink)
            async with asyncio.timeout(90), AsyncExitStack() as workers:
                for host in (one, other):
                    await workers.enter_async_context(worker_on(host, url_for_hosts, surroundings))
                await until_both_serve(tenant, sink)
                shared = {str(event_id) for _ in range(SHARED // 300) for event_id in await record(tenant, 300)}
                await sink.until(lambda arrived: arrived >= shared)
                by_host = Counter(address for address, _ in sink.senders)
                sink.forget()
                recorded = await record_and_cut(tenant, one, sink)
                await sink.until(lambda arrived: arrived >= recorded.keys())
    waited = delays(sink, recorded)
    assert by_host.keys() == {one.address, other.address}
    assert min(by_host.values()) >= SHARED // 10
    assert waited.keys() == recorded.keys()
    # What it held did have to wait.
    assert max(waited.values()) > 1
    assert max(waited.values()) <= LEASE_SECONDS + MARGIN_SECONDS
    assert len(sink.arrived) - len(waited) <= LIMITS.lanes * LIMITS.per_lane
    record_property("shares", "/".join(str(number) for number in by_host.values()))
    record_property("longest delay", f"{max(waited.values()):.1f} s of a lease of {LEASE_SECONDS:.1f} s")
    record_property("delayed beyond a second", sum(seconds > 1 for seconds in waited.values()))
    record_property("duplicates", len(sink.arrived) - len(waited))

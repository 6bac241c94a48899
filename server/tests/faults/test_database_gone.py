"""PostgreSQL is killed and stays away for two minutes by the clock on the wall while 10,000 retries wait: the same API and
worker processes, started as an operator starts them, go on by themselves and lose nothing.

The two minutes are no wait for something else: that they last is what is tested.
"""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from msgspec import Struct

from healthpartner.core.clock import SystemClock
from healthpartner.core.db.pool import Database, connect
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.events import outbox
from tests.support.database import Tenant
from tests.support.delivery import StepsCounted
from tests.support.parts.ports import free_port
from tests.support.parts.webhook_receiver import WebhookReceiver, webhook_receiver
from tests.support.running import command, serving

EVENTS = 10_000
GONE_SECONDS = 120.0
ASKED_EVERY_SECONDS = 2.0
BACK_WITHIN_SECONDS = 120.0
QUEUE = "/v1/admin/org/queues/device_data"
DUE = "SELECT count(*) FROM delivery WHERE state = 'due' AND attempts = 1"
STATES = "SELECT state, attempts, count(*) FROM delivery GROUP BY 1, 2"


class Platform(Struct):
    """The processes, and what a partner needs of them."""

    processes: list[subprocess.Popen[bytes]]
    http: httpx.AsyncClient
    org_id: UUID

    def check(self) -> None:
        """That each process is still the one that was started."""
        assert [process.poll() for process in self.processes] == [None] * len(self.processes)

    async def until_ready(self) -> float:
        """Seconds until the API says so."""
        begun = time.monotonic()
        while True:
            self.check()
            try:
                if (await self.http.get("/readyz")).status_code == httpx.codes.OK:
                    return time.monotonic() - begun
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


@asynccontextmanager
async def platform_on(url: str, folder: Path) -> AsyncIterator[Platform]:
    port = free_port()
    extra = {"HP_DATABASE_URL": url, "HP_DELIVERY_ALLOW_PRIVATE_WEBHOOKS": "true", "HP_PORT": str(port)}
    assert (await asyncio.to_thread(command, folder, "migrate", **extra)).returncode == 0
    made = await asyncio.to_thread(command, folder, "create-org", "Acme", **extra)
    assert made.returncode == 0, made.stderr
    values = dict(line.split("=", 1) for line in made.stdout.splitlines())
    headers = {"taih-tenant-key": values["tenant_key"]}
    address = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        processes = [stack.enter_context(serving(folder, name, **extra)) for name in ("api", "worker", "worker")]
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=20) as http:
            platform = Platform(processes, http, UUID(values["org_id"]))
            await platform.until_ready()
            yield platform
            platform.check()


async def until_arrived(receiver: WebhookReceiver, number: int) -> None:
    while len(set(ids_of(receiver))) < number:  # noqa: ASYNC110 - the receiver is asked
        await asyncio.sleep(0.1)


def ids_of(receiver: WebhookReceiver) -> list[str]:
    return [call.headers["webhook-id"] for call in receiver.calls]


async def record(tenant: Tenant) -> set[str]:
    recorded = set[str]()
    for start in range(0, EVENTS, 1000):
        async with tenant.uow() as uow:
            batch = [(StepsCounted(number), uuid4()) for number in range(start, start + 1000)]
            recorded |= {str(event_id) for event_id in await outbox.record_many(uow, batch)}
            await uow.commit()
    return recorded


async def until_every_first_attempt_has_failed(database: Database) -> None:
    while await database.system.fetchval(DUE) < EVENTS:  # noqa: ASYNC110 - it is asked
        await asyncio.sleep(0.2)


async def is_gone(platform: Platform) -> int:
    """Asks the API until two minutes are over; answers how often it told that the database is away."""
    ends, told = time.monotonic() + GONE_SECONDS, 0
    while time.monotonic() < ends:
        answer = await platform.http.get(QUEUE)
        assert answer.status_code == 503, answer.text
        assert answer.json()["error"]["code"] == "service_unavailable"
        assert int(answer.headers["retry-after"]) > 0
        told += 1
        platform.check()
        await asyncio.sleep(ASKED_EVERY_SECONDS)
    return told


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """One that the operating system user of PostgreSQL may pass through."""
    for part in (tmp_path, tmp_path.parent):
        part.chmod(0o711)
    return tmp_path


async def test_ten_thousand_retries_outlive_two_minutes_without_a_database(
    directory: Path, record_property: Callable[[str, object], None]
) -> None:
    settings = {"fsync": "off", "synchronous_commit": "on"}
    with EmbeddedPostgres(directory / "postgres", settings=settings) as postgres:
        url = (await asyncio.to_thread(postgres.start)).url
        async with platform_on(url, directory) as platform, webhook_receiver(plain_http=True) as receiver:
            webhook = {"url": f"http://127.0.0.1:{receiver.port}/events"}
            answer = await platform.http.post(QUEUE, json={"type": "webhook", "webhook": webhook})
            assert answer.status_code == 201, answer.text
            receiver.status = 503
            async with connect(url, pool_size=2) as database:
                recorded = await record(Tenant(platform.org_id, "Acme", database, SystemClock()))
                await until_every_first_attempt_has_failed(database)
                await database.terminate()
            receiver.calls.clear()
            receiver.status = 204

            await asyncio.to_thread(postgres.kill)
            told = await is_gone(platform)
            assert receiver.calls == []
            await asyncio.to_thread(postgres.start)
            back = time.monotonic()
            async with asyncio.timeout(BACK_WITHIN_SECONDS):
                ready = await platform.until_ready()
                assert (await platform.http.get(QUEUE)).status_code == 200
                await until_arrived(receiver, EVENTS)
        async with connect(url, pool_size=2) as database:
            states = [tuple(row) for row in await database.system.fetch(STATES)]
    arrived, times = ids_of(receiver), [call.at - back for call in receiver.calls]
    assert set(arrived) == recorded
    assert len(arrived) == EVENTS
    assert states == [("delivered", 2, EVENTS)]
    record_property("pending retries", EVENTS)
    record_property("seconds without a database", GONE_SECONDS)
    record_property("delivered", len(set(arrived)))
    record_property("lost", len(recorded - set(arrived)))
    record_property("duplicates", len(arrived) - len(set(arrived)))
    record_property("503s meanwhile", told)
    record_property("API ready again after seconds", round(ready, 1))
    record_property("first delivery after seconds", round(min(times), 1))
    record_property("last delivery after seconds", round(max(times), 1))

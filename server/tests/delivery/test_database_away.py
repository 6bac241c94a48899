"""The database is killed while 10,000 retries wait, and two minutes by the worker's own clock go by until it is back: the
worker goes on by itself. Two real minutes are in `tests/faults/test_database_gone.py`.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.migrate import migrate
from healthpartner.core.db.pool import connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.delivery.relay import RelayLimits
from healthpartner.destinations.contract import PublishFailed
from healthpartner.events import outbox
from tests.support.database import Tenant, create_tenant
from tests.support.delivery import Post, StepsCounted, make_post

EVENTS = 10_000
GONE_FOR = timedelta(minutes=2)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """One that the operating system user of PostgreSQL may pass through."""
    tmp_path.chmod(0o711)
    return tmp_path


async def record(tenant: Tenant) -> None:
    for start in range(0, EVENTS, 1000):
        async with tenant.uow() as uow:
            await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in range(start, start + 1000)])
            await uow.commit()


async def until_asked_in_vain(post: Post) -> None:
    """Until a connection is refused, as the worker's are."""
    with pytest.raises((OSError, asyncpg.PostgresError)):
        await asyncpg.connect(post.database.url)


async def test_ten_thousand_retries_resume_when_the_database_is_back(
    directory: Path, clock: SettableClock, keyring: Keyring, record_property: Callable[[str, object], None]
) -> None:
    settings = {"fsync": "off", "synchronous_commit": "on"}
    with EmbeddedPostgres(directory / "postgres", settings=settings) as postgres:
        url = (await asyncio.to_thread(postgres.start)).url
        await migrate(url)
        async with connect(url) as database:
            post = make_post(database, clock, keyring)
            acme = await create_tenant(database, clock, "Acme")
            await post.create_secret(acme)
            mailbox = await post.register(acme)
            mailbox.refusing = PublishFailed("server", "down")
            await record(acme)
            relay, stop = post.relay(RelayLimits(per_lane=1000, failing_lanes=16, poll_seconds=0.2)), asyncio.Event()
            assert await post.deliver(relay) == EVENTS
            running = asyncio.create_task(relay.run(stop))

            await asyncio.to_thread(postgres.kill)
            mailbox.refusing = None
            for _ in range(int(GONE_FOR / timedelta(seconds=10))):
                await until_asked_in_vain(post)
                clock.advance(timedelta(seconds=10))
                await asyncio.sleep(0.1)
            assert mailbox.envelopes == []
            assert not running.done()
            await asyncio.to_thread(postgres.start)
            await mailbox.until_delivered(EVENTS)
            stop.set()
            await running

            states = await database.system.fetch("SELECT state, attempts, count(*) FROM delivery GROUP BY 1, 2")
            assert [tuple(row) for row in states] == [("delivered", 2, EVENTS)]
    assert len({envelope.event_id for envelope in mailbox.envelopes}) == len(mailbox.envelopes) == EVENTS
    record_property("pending retries", EVENTS)
    record_property("delivered after", len(mailbox.envelopes))
    record_property("database away", GONE_FOR)

"""Drains recorded events through the delivery worker into an in-process sink; then the worker's database part alone, which
leases, reads and notes without signing and sending; and beside them the bare SQL of a queue (lease, done, one attempt row
each). All three start from as many events, in turn.

    .venv/bin/python benchmarks/event_drain.py [--url postgresql://…/postgres] [--events 20000] [--rounds 3]
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import asyncpg
import uvloop

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.core.logs import configure_logging
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.delivery import relay as relays
from healthpartner.delivery.relay import RelayLimits
from healthpartner.delivery.sending import Attempt
from healthpartner.destinations.contract import Destination, DestinationContext, Receipt
from healthpartner.events import outbox
from healthpartner.events.envelope import Envelope

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

from tests.support.database import Tenant, copy_of, create_template, create_tenant, drop
from tests.support.delivery import Post, StepsCounted, make_post
from tests.support.sinks import Memory, MemorySettings

BATCH = 100

LEASE = """
WITH taken AS (
    SELECT job_id FROM bare_job WHERE state = 'due' AND next_at <= $1 ORDER BY next_at, job_id
    LIMIT $4 FOR UPDATE SKIP LOCKED
)
UPDATE bare_job SET state = 'leased', lease_token = $2, lease_until = $3, attempts = attempts + 1
FROM taken WHERE bare_job.job_id = taken.job_id RETURNING bare_job.job_id, body
"""
DONE = """
WITH done AS (
    UPDATE bare_job SET state = 'done', finished_at = $1 WHERE job_id = ANY ($2::bigint[]) AND lease_token = $3
    RETURNING job_id, attempts
)
INSERT INTO bare_attempt (job_id, attempt, attempted_at, outcome) SELECT job_id, attempts, $1, 'delivered' FROM done
"""
BARE_TABLES = """
CREATE TABLE bare_job (job_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL,
    state text NOT NULL DEFAULT 'due', attempts smallint NOT NULL DEFAULT 0, next_at timestamptz NOT NULL,
    lease_token uuid, lease_until timestamptz, finished_at timestamptz);
CREATE INDEX ON bare_job (next_at, job_id) WHERE state = 'due';
CREATE INDEX ON bare_job (lease_until) WHERE state = 'leased';
CREATE TABLE bare_attempt (job_id bigint NOT NULL REFERENCES bare_job, attempt smallint NOT NULL,
    attempted_at timestamptz NOT NULL, outcome text NOT NULL, PRIMARY KEY (job_id, attempt));
GRANT ALL ON bare_job, bare_attempt TO healthpartner_system;
"""


async def fill(tenant: Tenant, events: int) -> None:
    """Events of 200 members, as a busy morning would bring them."""
    members = [uuid4() for _ in range(200)]
    for start in range(0, events, 1000):
        async with tenant.uow() as uow:
            batch = [(StepsCounted(number), members[number % 200]) for number in range(start, start + 1000)]
            await outbox.record_many(uow, batch)
            await uow.commit()


class Counting(Memory):
    """Takes events and keeps their ids."""

    def __init__(self) -> None:
        super().__init__()
        self.event_ids: list[UUID] = []
        self.expected, self.complete = 0, asyncio.Event()

    def open(self, settings: MemorySettings, context: DestinationContext) -> Destination:  # noqa: ARG002 - the contract's
        return CountingDestination(self, context.timeout_seconds)


class CountingDestination(Destination):
    def __init__(self, kind: Counting, timeout_seconds: float) -> None:
        super().__init__(timeout_seconds)
        self._kind = kind

    async def attempt(self, envelope: Envelope) -> Receipt:
        self._kind.event_ids.append(envelope.event_id)
        if len(self._kind.event_ids) == self._kind.expected:
            self._kind.complete.set()
        return Receipt(None, thin=False)

    async def close(self) -> None:
        return


async def drain(post: Post, tenant: Tenant, events: int) -> float:
    sink = Counting()
    post = replace(post, memory=sink, queues=replace(post.queues, kinds={"memory": sink}))
    await post.register(tenant)
    await fill(tenant, events)
    sink.event_ids.clear()
    sink.expected = events
    relay, stop = post.relay(RelayLimits(per_lane=BATCH)), asyncio.Event()
    begun = time.perf_counter()
    running = asyncio.create_task(relay.run(stop))
    await sink.complete.wait()
    stop.set()
    await running
    seconds = time.perf_counter() - begun
    assert len(set(sink.event_ids)) == len(sink.event_ids) == events
    assert await post.database.system.fetchval("SELECT count(*) FROM delivery WHERE state = 'due'") == 0
    await relay.close()
    return events / seconds


class Unsent:
    """Takes the place of what signs and sends: everything is delivered at once."""

    def __init__(self, *_: object) -> None:
        self._now = datetime.now(UTC)

    async def send(self, deliveries: Sequence[Any]) -> list[Attempt]:
        return [
            Attempt(
                delivery=delivery,
                state="delivered",
                next_at=None,
                attempted_at=self._now,
                outcome="delivered",
                provider_message=None,
                provider_message_id=None,
                latency_ms=0,
                thin=False,
            )
            for delivery in deliveries
        ]


async def database_part(post: Post, tenant: Tenant, events: int) -> float:
    """On a database of its own, since what is delivered already would be in the way."""
    await post.register(tenant)
    await fill(tenant, events)
    relay, done = post.relay(RelayLimits(per_lane=BATCH)), 0
    with patch.object(relays, "LaneSender", Unsent), patch.object(relays, "observe"):
        begun = time.perf_counter()
        while attempts := await relay.run_once():
            done += attempts
        seconds = time.perf_counter() - begun
    assert done == events
    await relay.close()
    return events / seconds


async def bare(database: Database, clock: SettableClock, events: int) -> float:
    now, token = clock.now(), uuid4()
    await database.system.execute(
        "INSERT INTO bare_job (body, next_at) SELECT body, $1 FROM event ORDER BY position LIMIT $2", now, events
    )
    begun, done = time.perf_counter(), 0
    async with database.system.acquire() as connection:
        while rows := await connection.fetch(LEASE, now, token, now + timedelta(seconds=30), BATCH):
            await connection.execute(DONE, now, [row["job_id"] for row in rows], token)
            done += len(rows)
    assert done == events
    return events / (time.perf_counter() - begun)


async def rounds(server: str, template: str, events: int, number: int) -> list[tuple[float, float, float]]:
    """Relay, database part and bare SQL of each round, in events a second."""
    clock = SettableClock(datetime(2026, 3, 14, 9, 0, tzinfo=UTC))
    found = []
    for _ in range(number):
        async with copy_of(server, template) as database:
            alone = await database_part(*await prepared(database, clock), events)
        async with copy_of(server, template) as database:
            ours = await drain(*await prepared(database, clock), events)
            await run_as_owner(database.url, BARE_TABLES)
            found.append((ours, alone, await bare(database, clock, events)))
    return found


async def prepared(database: Database, clock: SettableClock) -> tuple[Post, Tenant]:
    post = make_post(database, clock, Keyring([bytes(32)]))
    tenant = await create_tenant(database, clock, "Acme")
    await post.create_secret(tenant)
    return post, tenant


async def run_as_owner(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


async def main(server: str, events: int, number: int) -> None:
    template = await create_template(server)
    try:
        found = await rounds(server, template, events, number)
    finally:
        await drop(server, template)
    goals = ("goal >= 5,000", "goal >= 20,000", "")
    for name, speeds, goal in zip(("relay", "database part", "bare SQL"), zip(*found, strict=True), goals, strict=True):
        print(f"{name:14}{statistics.median(speeds):8,.0f} events/s   {[round(one) for one in speeds]}   {goal}")
    print(f"relay / bare SQL          {statistics.median(ours / bare for ours, _, bare in found):8.2f}   goal >= 0.40")
    print(f"database part / bare SQL  {statistics.median(alone / bare for _, alone, bare in found):8.2f}")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--url", help="any database of a PostgreSQL server; without it one is started, durable as usual"
    )
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    options = parse_options()
    with Path(os.devnull).open("w") as nowhere, tempfile.TemporaryDirectory() as directory:
        # Lines are made and written as in production, only not kept.
        configure_logging("info", json=True, stream=nowhere)
        if options.url:
            uvloop.run(main(options.url, options.events, options.rounds))
        else:
            Path(directory).chmod(0o711)
            with EmbeddedPostgres(Path(directory) / "postgres") as postgres:
                uvloop.run(main(postgres.start().url, options.events, options.rounds))

"""100,000 deliveries are replayed while new events come in: what the p99 of the new ones, from recording to arrival, is of
what it is while the replay is held. Windows with and without it come in pairs, right after each other; the ratio is taken
within each pair and its median over all of them, so that what else the machine does falls out.

    .venv/bin/python benchmarks/replay_fairness.py [--replayed 100000] [--pairs 8]
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from benchmarks.support.latency import Timed, compare, record_steadily, relaying, timed_post  # noqa: E402
from healthpartner.core.clock import SystemClock  # noqa: E402
from healthpartner.core.encryption import Keyring  # noqa: E402
from healthpartner.core.logs import configure_logging  # noqa: E402
from healthpartner.core.postgres.embedded import EmbeddedPostgres  # noqa: E402
from healthpartner.delivery.relay import RelayLimits  # noqa: E402
from healthpartner.domains.tenants.event_log import service as event_log  # noqa: E402
from healthpartner.domains.tenants.event_log.schemas import ReplayEvents  # noqa: E402
from healthpartner.events import outbox  # noqa: E402
from tests.support.database import Tenant, copy_of, create_template, create_tenant, drop  # noqa: E402
from tests.support.delivery import Post, StepsCounted  # noqa: E402

PER_SECOND = 200
EVENTS = 1000
HELD = "SELECT FROM event_replay FOR UPDATE"
WAITING = "SELECT EXISTS (SELECT FROM delivery WHERE state = 'due')"
SENT = "SELECT count(*) FROM delivery WHERE requested AND state = 'delivered'"


async def fill(tenant: Tenant, events: int) -> None:
    members = [uuid4() for _ in range(500)]
    for start in range(0, events, 1000):
        async with tenant.uow() as uow:
            batch = [(StepsCounted(number), members[number % 500]) for number in range(start, start + 1000)]
            await outbox.record_many(uow, batch)
            await uow.commit()


async def until_nothing_is_due(post: Post) -> None:
    while await post.database.system.fetchval(WAITING):  # noqa: ASYNC110 - it is asked
        await asyncio.sleep(0.2)


async def window(tenant: Tenant, sink: Timed) -> Sequence[float]:
    recorded = await record_steadily([tenant], [StepsCounted(number) for number in range(EVENTS)], PER_SECOND)
    await sink.until_arrived(set(recorded))
    return [sink.arrivals[event_id] - at for event_id, at in recorded.items()]


async def replay_everything(tenant: Tenant) -> int:
    now = SystemClock().now()
    async with tenant.uow() as uow:
        asked = ReplayEvents(stream="device_data", start=now - timedelta(days=1), end=now)
        made = await event_log.replay(uow, asked)
        await uow.commit()
    return made.events


async def measure(post: Post, sink: Timed, replayed: int, pairs: int) -> None:
    acme, system = await create_tenant(post.database, SystemClock(), "Acme"), post.database.system
    await post.create_secret(acme)
    await post.register(acme)
    await fill(acme, replayed)

    async def window_without() -> Sequence[float]:
        # The workers pass over a replay that somebody else holds.
        async with system.acquire() as connection, connection.transaction():
            await connection.execute(HELD)
            await until_nothing_is_due(post)
            return await window(acme, sink)

    async def window_beside() -> Sequence[float]:
        before, begun = await system.fetchval(SENT), time.perf_counter()
        latencies = await window(acme, sink)
        speeds.append((await system.fetchval(SENT) - before) / (time.perf_counter() - begun))
        return latencies

    speeds = list[float]()
    async with relaying(post, RelayLimits()):
        await until_nothing_is_due(post)
        await system.execute("ANALYZE")
        await window(acme, sink)
        asked = await replay_everything(acme)
        found = await compare(window_without, window_beside, pairs)
        ended = await system.fetchval("SELECT NOT EXISTS (SELECT FROM event_replay)")
    print(f"p99 without      {found.first_p99 * 1000:8.1f} ms")
    print(f"p99 beside it    {found.second_p99 * 1000:8.1f} ms")
    print(f"ratio            {found.ratio:8.3f}      goal <= 1.20   {[round(one, 2) for one in found.ratios]}")
    print(f"replay           {statistics.median(speeds):8,.0f} deliveries/s of {asked:,}; over before the end: {ended}")


async def main(server: str, replayed: int, pairs: int) -> None:
    template = await create_template(server)
    try:
        async with copy_of(server, template) as database:
            sink = Timed()
            await measure(timed_post(database, Keyring([bytes(32)]), sink, 10.0), sink, replayed, pairs)
    finally:
        await drop(server, template)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replayed", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=8)
    options = parser.parse_args()
    with Path(os.devnull).open("w") as nowhere, tempfile.TemporaryDirectory() as directory:
        configure_logging("info", json=True, stream=nowhere)
        Path(directory).chmod(0o711)
        with EmbeddedPostgres(Path(directory) / "postgres") as postgres:
            uvloop.run(main(postgres.start().url, options.replayed, options.pairs))

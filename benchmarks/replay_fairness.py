"""100,000 deliveries are replayed while new events come in: what the p99 of the new ones, from recording to arrival, is of
what it is while the replay is held; `benchmarks/support/latency.py` says how the two are compared.

    .venv/bin/python benchmarks/replay_fairness.py [--replayed 100000] [--rounds 12] [--control] [--on-disk]
"""

import asyncio
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from benchmarks.support.latency import (  # noqa: E402
    Slice,
    Stream,
    Timed,
    compare,
    options_of,
    relaying,
    run_on_database,
    timed_post,
)
from healthpartner.core.clock import SystemClock  # noqa: E402
from healthpartner.core.encryption import Keyring  # noqa: E402
from healthpartner.delivery.relay import RelayLimits  # noqa: E402
from healthpartner.domains.tenants.event_log import service as event_log  # noqa: E402
from healthpartner.domains.tenants.event_log.schemas import ReplayEvents  # noqa: E402
from healthpartner.events import outbox  # noqa: E402
from tests.support.database import Tenant, copy_of, create_template, create_tenant, drop  # noqa: E402
from tests.support.delivery import Post, StepsCounted  # noqa: E402

PER_SECOND = 200
SLICE_SECONDS = 1.5
GOAL = 1.20
HELD = "SELECT FROM event_replay FOR UPDATE"
ANYTHING_DUE = "SELECT EXISTS (SELECT FROM delivery WHERE state = 'due')"
REPLAYS_DUE = """
SELECT EXISTS (SELECT FROM delivery JOIN delivery_lane USING (lane_id) WHERE state = 'due' AND shard < 0)
"""
REACHED = "SELECT reached_position FROM event_replay"


async def fill(tenant: Tenant, events: int) -> None:
    members = [uuid4() for _ in range(500)]
    for start in range(0, events, 1000):
        async with tenant.uow() as uow:
            batch = [(StepsCounted(number), members[number % 500]) for number in range(start, start + 1000)]
            await outbox.record_many(uow, batch)
            await uow.commit()


async def until_none(post: Post, due: str) -> None:
    while await post.database.system.fetchval(due):  # noqa: ASYNC110 - it is asked
        await asyncio.sleep(0.1)


async def replay_everything(tenant: Tenant) -> int:
    now = SystemClock().now()
    async with tenant.uow() as uow:
        asked = ReplayEvents(stream="device_data", start=now - timedelta(days=1), end=now)
        made = await event_log.replay(uow, asked)
        await uow.commit()
    return made.events


class Replay:
    """The replay, held or going on, for a slice at a time."""

    def __init__(self, post: Post, sink: Timed, stream: Stream) -> None:
        self._post, self._sink, self._stream = post, sink, stream
        self._system = post.database.system
        self.speeds: list[float] = []

    async def held(self) -> Slice:
        # The workers pass over a replay that somebody else holds.
        async with self._system.acquire() as connection, connection.transaction():
            await connection.execute(HELD)
            await until_none(self._post, REPLAYS_DUE)
            return await self._stream.slice(SLICE_SECONDS)

    async def going_on(self) -> Slice:
        reached = await self._system.fetchval(REACHED)
        while await self._system.fetchval(REACHED) == reached:  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.05)
        before, begun = self._sink.taken, time.perf_counter()
        taken = await self._stream.slice(SLICE_SECONDS)
        seconds = time.perf_counter() - begun
        self.speeds.append((self._sink.taken - before) / seconds - PER_SECOND)
        return taken


async def measure(post: Post, sink: Timed, replayed: int, rounds: int, *, control: bool) -> None:
    acme, system = await create_tenant(post.database, SystemClock(), "Acme"), post.database.system
    await post.create_secret(acme)
    await post.register(acme)
    await fill(acme, replayed)
    stream = Stream([acme], PER_SECOND, sink)
    replay = Replay(post, sink, stream)
    async with relaying(post, RelayLimits()):
        await until_none(post, ANYTHING_DUE)
        await system.execute("VACUUM ANALYZE")
        asked = await replay_everything(acme)
        async with stream.flowing():
            await replay.held()
            await replay.going_on()
            found = await compare(replay.held, replay.held if control else replay.going_on, rounds)
        ended = await system.fetchval("SELECT NOT EXISTS (SELECT FROM event_replay)")
    found.show(GOAL)
    print(
        f"replay           {statistics.median(replay.speeds):8,.0f} deliveries/s of {asked:,}; over too soon: {ended}"
    )


async def main(server: str, replayed: int, rounds: int, *, control: bool) -> None:
    template = await create_template(server)
    try:
        async with copy_of(server, template) as database:
            sink = Timed()
            post = timed_post(database, Keyring([bytes(32)]), sink, 10.0)
            await measure(post, sink, replayed, rounds, control=control)
    finally:
        await drop(server, template)


if __name__ == "__main__":
    parser = options_of(__doc__)
    parser.add_argument("--replayed", type=int, default=100_000)
    options = parser.parse_args()
    run_on_database(
        lambda server: main(server, options.replayed, options.rounds, control=options.control), on_disk=options.on_disk
    )

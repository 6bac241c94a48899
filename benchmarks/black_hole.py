"""One of 200 destinations swallows everything and never answers: what the p99 of the others, from recording to arrival, is of
what it is while that one answers, too. All 200 get events at the same pace in both arms, and at the start of each slice that
one gets more of them, enough to keep each of its lanes busy; `benchmarks/support/latency.py` says how arms are compared.
Between slices what was swallowed is sent, so that each begins with nothing left over.

    .venv/bin/python benchmarks/black_hole.py [--rounds 12] [--control] [--on-disk]
"""

import asyncio
import sys
from pathlib import Path
from uuid import uuid4

from healthpartner.core.clock import SystemClock
from healthpartner.core.encryption import Keyring
from healthpartner.delivery.relay import RelayLimits
from healthpartner.events import outbox

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
from tests.support.database import Tenant, copy_of, create_template, create_tenant, drop  # noqa: E402
from tests.support.delivery import Post, StepsCounted  # noqa: E402

DESTINATIONS = 200
PER_SECOND = 200
SLICE_SECONDS = 1.5
SWALLOWED = 24
TIMEOUT_SECONDS = 1.0
GOAL = 1.10
NOTHING_LEFT = """
SELECT NOT EXISTS (SELECT FROM delivery JOIN delivery_lane USING (lane_id, destination_id)
                   WHERE destination_id = $1 AND state = 'due')
    AND NOT EXISTS (SELECT FROM delivery_lane WHERE destination_id = $1 AND failures > 0)
"""
AT_ONCE = "UPDATE delivery SET next_at = '-infinity' WHERE destination_id = $1 AND state = 'due' AND next_at > now()"
HELD = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) FROM delivery_attempt WHERE outcome = 'timeout'
"""


async def prepare(post: Post) -> list[Tenant]:
    tenants = [await create_tenant(post.database, SystemClock(), f"Org{number}") for number in range(DESTINATIONS)]
    for tenant in tenants:
        await post.create_secret(tenant)
        await post.register(tenant)
    return tenants


async def fill(tenant: Tenant) -> None:
    async with tenant.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in range(SWALLOWED)])
        await uow.commit()


class Hole:
    """The destination that swallows, or does not, for a slice at a time."""

    def __init__(self, post: Post, sink: Timed, tenant: Tenant, stream: Stream) -> None:
        self._system, self._sink, self._tenant, self._stream = post.database.system, sink, tenant, stream
        sink.hole = f"{tenant.org_id}/device_data"

    async def answers(self) -> Slice:
        return await self._slice()

    async def swallows(self) -> Slice:
        self._sink.answering.clear()
        try:
            return await self._slice()
        finally:
            self._sink.answering.set()

    async def _slice(self) -> Slice:
        await fill(self._tenant)
        taken = await self._stream.slice(SLICE_SECONDS, self._tenant)
        self._sink.answering.set()
        await self._settle()
        return taken

    async def _settle(self) -> None:
        destination_id = await self._system.fetchval(
            "SELECT destination_id FROM destination WHERE org_id = $1", self._tenant.org_id
        )
        while not await self._system.fetchval(NOTHING_LEFT, destination_id):
            await self._system.execute(AT_ONCE, destination_id)
            await self._system.execute("SELECT pg_notify($1, '')", outbox.CHANNEL)
            await asyncio.sleep(0.1)


async def measure(post: Post, sink: Timed, rounds: int, *, control: bool) -> None:
    hole, *others = await prepare(post)
    stream = Stream([hole, *others], PER_SECOND, sink)
    one = Hole(post, sink, hole, stream)
    async with relaying(post, RelayLimits()), stream.flowing():
        await one.answers()
        await one.swallows()
        found = await compare(one.answers, one.answers if control else one.swallows, rounds)
    found.show(GOAL)
    held = await post.database.system.fetchval(HELD) or 0
    print(f"attempt on it    {held:8.0f} ms   limit {TIMEOUT_SECONDS * 1000:.0f} ms")


async def main(server: str, rounds: int, *, control: bool) -> None:
    template = await create_template(server)
    try:
        async with copy_of(server, template) as database:
            sink = Timed()
            post = timed_post(database, Keyring([bytes(32)]), sink, TIMEOUT_SECONDS)
            await asyncio.wait_for(measure(post, sink, rounds, control=control), timeout=600)
    finally:
        await drop(server, template)


if __name__ == "__main__":
    options = options_of(__doc__).parse_args()
    run_on_database(lambda server: main(server, options.rounds, control=options.control), on_disk=options.on_disk)

"""One of 200 destinations swallows everything and never answers: what the p99 of the others, from recording to arrival, is of
what it is without. Windows with and without come in pairs, right after each other; the ratio is taken within each pair and
its median over all of them, so that what else the machine does falls out.

    .venv/bin/python benchmarks/black_hole.py [--pairs 8]
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import uvloop

from healthpartner.core.clock import SystemClock
from healthpartner.core.encryption import Keyring
from healthpartner.core.logs import configure_logging
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.delivery.relay import RelayLimits
from healthpartner.events import outbox

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from benchmarks.support.latency import Timed, compare, record_steadily, relaying, timed_post  # noqa: E402
from tests.support.database import Tenant, copy_of, create_template, create_tenant, drop  # noqa: E402
from tests.support.delivery import Post, StepsCounted  # noqa: E402

DESTINATIONS = 200
PER_SECOND = 200
EVENTS = 800
# Enough members to keep every lane of the destination busy.
SWALLOWED = 24
TIMEOUT_SECONDS = 4.0
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


async def measure(post: Post, sink: Timed, pairs: int) -> None:
    hole, *others = await prepare(post)
    name = f"{hole.org_id}/device_data"

    async def window(*, swallowing: bool) -> Sequence[float]:
        sink.holes = {name} if swallowing else set()
        await fill(hole)
        recorded = await record_steadily(others, [StepsCounted(number) for number in range(EVENTS)], PER_SECOND)
        await sink.until_arrived(set(recorded))
        return [sink.arrivals[event_id] - at for event_id, at in recorded.items()]

    async with relaying(post, RelayLimits()):
        await window(swallowing=False)
        found = await compare(lambda: window(swallowing=False), lambda: window(swallowing=True), pairs)
    held = await post.database.system.fetchval(HELD)
    print(f"p99 without      {found.first_p99 * 1000:8.1f} ms")
    print(f"p99 beside it    {found.second_p99 * 1000:8.1f} ms")
    print(f"ratio            {found.ratio:8.3f}      goal < 1.10   {[round(one, 2) for one in found.ratios]}")
    print(f"attempt on it    {held:8.0f} ms   limit {TIMEOUT_SECONDS * 1000:.0f} ms")


async def main(server: str, pairs: int) -> None:
    template = await create_template(server)
    try:
        async with copy_of(server, template) as database:
            sink = Timed()
            post = timed_post(database, Keyring([bytes(32)]), sink, TIMEOUT_SECONDS)
            await asyncio.wait_for(measure(post, sink, pairs), timeout=600)
    finally:
        await drop(server, template)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=8)
    options = parser.parse_args()
    with Path(os.devnull).open("w") as nowhere, tempfile.TemporaryDirectory() as directory:
        configure_logging("info", json=True, stream=nowhere)
        Path(directory).chmod(0o711)
        with EmbeddedPostgres(Path(directory) / "postgres") as postgres:
            uvloop.run(main(postgres.start().url, options.pairs))

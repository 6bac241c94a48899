"""What a call of 1,000 new samples takes when its member holds 10,000, 1 million and 10 million ids of the partner already.

    .venv/bin/python benchmarks/client_ids.py [--ids counted|random] [--calls 60] [held...]

`counted` ids end with a number that goes on, `random` ones are UUIDs. One call after the other, without HTTP: the time of
this process and of the database together.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.sample_ids import sample_id
from healthpartner.core.clock import SystemClock
from healthpartner.core.db.migrate import migrate
from healthpartner.core.db.pool import connect
from healthpartner.domains.metrics.items import remembering
from healthpartner.domains.metrics.items.entry_ids import EntryIds
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.timeseries import service as timeseries
from healthpartner.domains.metrics.timeseries.schemas import METRIC, IngestTimeseries
from tests.support.database import Tenant, create_tenant
from tests.support.postgres import temporary_postgres

HELD = (10_000, 1_000_000, 10_000_000)
ITEMS = 1000
A_FILL = 50_000
MINUTE_MS = 60_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
HEART_RATE = METRICS["heart_rate"]


def ids(kind: str) -> Iterator[str]:
    chance = random.Random(1)  # noqa: S311 - test data, not a secret
    for number in count(1000):
        yield f"hr-{number}" if kind == "counted" else str(UUID(int=chance.getrandbits(128), version=4))


async def fill(tenant: Tenant, member: UUID, new: Iterator[str], held: int) -> None:
    """Ids of samples by the minute, as calls would have left them."""
    async with tenant.uow(member) as uow:
        _, sources = await samples.claim(uow, None, [""])
        await uow.commit()
    for first in range(0, held, A_FILL):
        numbers = range(first, min(first + A_FILL, held))
        client_ids = [next(new) for _ in numbers]
        entries = [str(sample_id(HEART_RATE.code, sources[""], number * MINUTE_MS)) for number in numbers]
        async with tenant.uow(member) as uow:
            await samples.claim(uow, None, [])
            await remembering.remember(uow, METRIC, client_ids, EntryIds.told(entries))
            await uow.commit()


def call_of(number: int, client_ids: list[str]) -> IngestTimeseries:
    starts = [FIRST + timedelta(minutes=number * ITEMS + at) for at in range(ITEMS)]
    items = [
        {"client_id": client_id, "start": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "value": 60 + at % 50, "unit": "bpm"}
        for at, (client_id, start) in enumerate(zip(client_ids, starts, strict=True))
    ]
    return IngestTimeseries(msgspec.Raw(msgspec.json.encode(items)))


async def post(tenant: Tenant, member: UUID, call: IngestTimeseries) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    async with tenant.uow(member) as uow:
        results = await timeseries.ingest(uow, HEART_RATE.slug, call)
        await uow.commit()
    taken = time.perf_counter() - started
    assert all(result.status == "accepted" for result in results)
    return taken * 1000


async def bytes_each(url: str, member: UUID, held: int) -> float:
    """Of this member's rows, without indexes."""
    connection = await asyncpg.connect(url)
    query = "SELECT sum(pg_column_size(held.*)) FROM sample_client_id AS held WHERE user_id = $1"
    found: int = await connection.fetchval(query, member)
    await connection.close()
    return found / held


async def measure(url: str, given: argparse.Namespace) -> None:
    await migrate(url)
    async with connect(url) as database:
        for held in given.held:
            tenant = await create_tenant(database, SystemClock(), "Acme")
            member, new = await tenant.add_member(), ids(given.ids)
            await fill(tenant, member, new, held)
            calls = [call_of(number, list(islice(new, ITEMS))) for number in range(given.calls)]
            times = [await post(tenant, member, call) for call in calls]
            # The first ones warm caches and prepared statements.
            counted = sorted(times[len(times) // 5 :])
            size = await bytes_each(url, member, held + given.calls * ITEMS)
            print(
                f"  {held:>10,} {given.ids} ids held: {statistics.median(counted):.2f} ms a call "
                f"({counted[0]:.2f} to {counted[-1]:.2f}), {size:.2f} bytes an id in rows"
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ids", choices=("counted", "random"), default="counted")
    parser.add_argument("--calls", type=int, default=60)
    parser.add_argument("held", type=int, nargs="*", default=HELD)
    given = parser.parse_args()
    with temporary_postgres() as address:
        asyncio.run(measure(address.url, given))


if __name__ == "__main__":
    main()

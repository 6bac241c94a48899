"""What a sample takes, and what a read costs beside 1, 10 and 100 million others: `python benchmarks/sample_storage.py [millions...]`.

Chunks of plausible days are made once and copied into the table for many members, as imports would have left them.
"""

import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import asyncpg
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

from healthpartner.canonical.metrics import METRICS, Metric
from healthpartner.canonical.samples import DAY_MS, SampleBatch
from healthpartner.core.clock import SystemClock
from healthpartner.core.db.migrate import migrate
from healthpartner.core.db.pool import connect
from healthpartner.domains.metrics.samples import codec
from healthpartner.domains.metrics.samples import service as samples
from tests.support.database import Tenant, create_tenant
from tests.support.postgres import temporary_postgres

MILLIONS = (1, 10)
READS = 200
DAYS = 365
FIRST = date(2025, 1, 1)
TEMPLATES = 40
DAY = timedelta(days=1)


class Kind(NamedTuple):
    """A metric as a watch records it: how many a day, how long each lasts."""

    slug: str
    a_day: int
    lasts_ms: int
    low: float
    high: float
    decimals: int


KINDS = (
    Kind("heart_rate", 960, 0, 45, 160, 0),
    Kind("steps", 120, 300_000, 5, 500, 0),
    Kind("calories", 280, 60_000, 0.1, 12, 3),
    Kind("distance_walking_running", 120, 300_000, 5, 400, 2),
    Kind("hrv_sdnn", 8, 60_000, 15, 120, 4),
    Kind("blood_oxygen", 24, 15_000, 92, 100, 0),
)
A_MEMBERS_DAY = sum(kind.a_day for kind in KINDS)

Template = tuple[codec.Summary, bytes, timedelta, timedelta]


def template(kind: Kind, chance: np.random.Generator) -> Template:
    """One day as the codec writes it: within the day, so it is the same bytes on any day."""
    metric: Metric = METRICS[kind.slug]
    starts = np.sort(chance.choice(DAY_MS // 1000, kind.a_day, replace=False)).astype(np.int64) * 1000
    walk = np.cumsum(chance.normal(0, 1, kind.a_day)) * (kind.high - kind.low) / 40 + (kind.low + kind.high) / 2
    value = np.round(np.clip(walk, kind.low, kind.high), kind.decimals).astype(np.float64)
    durations = np.full(kind.a_day, kind.lasts_ms, np.int64)
    batch = SampleBatch(metric, starts, durations, value, None, np.full(kind.a_day, -420, np.int16))
    figures = codec.summary(batch)
    first, last = timedelta(milliseconds=figures.first_ms), timedelta(milliseconds=figures.last_ms)
    return figures, codec.encode(batch, 0), first, last


def rows(
    org_id: UUID, member: UUID, source_id: int, templates: dict[str, list[Template]]
) -> Iterator[tuple[object, ...]]:
    chance = random.Random(source_id)  # noqa: S311 - test data, not a secret
    for kind in KINDS:
        code = METRICS[kind.slug].code
        for number in range(DAYS):
            day = FIRST + number * DAY
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
            figures, data, first, last = chance.choice(templates[kind.slug])
            yield (
                org_id,
                member,
                code,
                day,
                source_id,
                figures.samples,
                figures.minimum,
                figures.maximum,
                figures.total,
                midnight + first,
                midnight + last,
                data,
            )


COLUMNS = [
    "org_id",
    "user_id",
    "metric",
    "day",
    "source_id",
    "n",
    "minimum",
    "maximum",
    "total",
    "first_at",
    "last_at",
    "samples",
]


async def fill(url: str, tenant: Tenant, wanted: int, templates: dict[str, list[Template]]) -> list[UUID]:
    """Members until there are about `wanted` samples."""
    connection = await asyncpg.connect(url)
    members = [uuid4() for _ in range(max(1, round(wanted / A_MEMBERS_DAY / DAYS)))]
    now = datetime.now(UTC)
    try:
        await connection.copy_records_to_table(
            "member",
            records=[(tenant.org_id, member, now, now) for member in members],
            columns=["org_id", "user_id", "created_at", "updated_at"],
        )
        for member in members:
            source_id = await connection.fetchval(
                "INSERT INTO sample_source (org_id, user_id, provider, device, first_seen_at, last_data_at) "
                "VALUES ($1, $2, 'apple_health_kit', 'Watch', $3, $3) RETURNING source_id",
                tenant.org_id,
                member,
                now,
            )
            await connection.copy_records_to_table(
                "sample_chunk", records=rows(tenant.org_id, member, source_id, templates), columns=COLUMNS
            )
        await connection.execute("VACUUM ANALYZE sample_chunk")
    finally:
        await connection.close()
    return members


async def read_once(tenant: Tenant, member: UUID, day: date) -> int:
    """A day of heart rate of one member, as the timeseries reads it."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    metric = METRICS["heart_rate"]
    async with tenant.uow(member) as uow:
        _, found = await samples.headers(uow, metric, start, start + DAY)
        chunks = await samples.open_chunks(uow, metric, found)
    return sum(len(chunk.batch) for chunk in chunks)


async def measure(tenant: Tenant, members: list[UUID]) -> tuple[float, float]:
    """(median, 95th percentile) of a read in milliseconds, of members and days at random."""
    chance = random.Random(1)  # noqa: S311 - as above
    seconds = []
    for _ in range(READS):
        member, day = chance.choice(members), FIRST + chance.randrange(DAYS - 1) * DAY
        started = time.perf_counter()
        assert await read_once(tenant, member, day) >= KINDS[0].a_day
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000


async def blocks(url: str, tenant: Tenant, members: list[UUID]) -> int:
    """Blocks that the database looks at for such a read, in memory or not: a figure that no busy machine disturbs."""
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT samples FROM sample_chunk "
            f"WHERE org_id = '{tenant.org_id}' AND user_id = '{members[-1]}' AND metric = 101 AND day = '{FIRST + DAY}'"
        )
    finally:
        await connection.close()
    plan = json.loads(found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


async def run(url: str, millions: list[int]) -> None:
    await migrate(url)
    chance = np.random.default_rng(1)
    templates = {kind.slug: [template(kind, chance) for _ in range(TEMPLATES)] for kind in KINDS}
    async with connect(url) as database:
        tenant = await create_tenant(database, SystemClock(), "bench")
        held, members, first = 0, [], None
        for wanted in millions:
            started = time.perf_counter()
            members += await fill(url, tenant, wanted * 1_000_000 - held, templates)
            held = len(members) * A_MEMBERS_DAY * DAYS
            filled = time.perf_counter() - started
            async with tenant.uow() as uow:
                chunks, data, total = await uow.fetchrow(
                    "SELECT count(*), sum(octet_length(samples)), pg_total_relation_size('sample_chunk') FROM sample_chunk"
                )
            await measure(tenant, members[:5])
            median, high = await measure(tenant, members)
            first = first or median
            print(
                f"{held / 1e6:.1f} million samples in {chunks} chunks of {len(members)} members, made in {filled:.0f} s"
            )
            print(f"  {data / held:.2f} bytes a sample in chunks, {total / held:.2f} with rows and indexes (goal <= 6)")
            looked_at = await blocks(url, tenant, members)
            print(
                f"  a day of one member: median {median:.2f} ms, 95 % {high:.2f} ms, {median / first:.2f} of the first;"
            )
            print(f"  {looked_at} blocks of the database")


def main() -> None:
    millions = [int(text) for text in sys.argv[1:]] or list(MILLIONS)
    with temporary_postgres() as server:
        asyncio.run(run(server.url, millions))


if __name__ == "__main__":
    main()

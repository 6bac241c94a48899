"""What retention leaves of a sample, and how quickly: `python benchmarks/retention.py [millions]`.

The members of `sample_storage.py`, thinned to hours and then to days; a read of a day looks at as many blocks as before.
"""

import asyncio
import sys
import time
from pathlib import Path

import asyncpg
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.sample_storage import A_MEMBERS_DAY, DAYS, KINDS, TEMPLATES, blocks, fill, template
from healthpartner.core.clock import SystemClock
from healthpartner.core.db.migrate import migrate
from healthpartner.core.db.pool import connect
from healthpartner.domains.metrics.retention import service as retention
from healthpartner.domains.metrics.retention.jobs import Sweeper
from healthpartner.domains.metrics.retention.schemas import Retention
from tests.support.database import Tenant, create_tenant
from tests.support.postgres import temporary_postgres

TIERS = {
    "five minutes": Retention(thin_after_days=31, span="five_minute"),
    "hours": Retention(thin_after_days=31),
    "days": Retention(daily_after_days=31),
}


async def size(url: str) -> tuple[int, int, int]:
    """(chunks, bytes in them, bytes with rows and indexes), the table as if freshly written."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM FULL ANALYZE sample_chunk")
        row = await connection.fetchrow(
            "SELECT count(*), sum(octet_length(samples)), pg_total_relation_size('sample_chunk') FROM sample_chunk"
        )
    finally:
        await connection.close()
    return tuple(row)


async def follow(tenant: Tenant, policy: Retention) -> tuple[float, int]:
    """(seconds, rows that were thinned)."""
    async with tenant.uow() as uow:
        await retention.change(uow, policy)
        await uow.commit()
    started = time.perf_counter()
    swept = await Sweeper(tenant.database, tenant.clock, everyone=True).organization(tenant.org_id)
    assert swept.failed == 0
    return time.perf_counter() - started, swept.counts["samples_thinned"]


async def run(url: str, millions: int) -> None:
    await migrate(url)
    chance = np.random.default_rng(1)
    templates = {kind.slug: [template(kind, chance) for _ in range(TEMPLATES)] for kind in KINDS}
    async with connect(url) as database:
        tenant = await create_tenant(database, SystemClock(), "bench")
        members = await fill(url, tenant, millions * 1_000_000, templates)
        held = len(members) * A_MEMBERS_DAY * DAYS
        chunks, data, total = await size(url)
        looked_at = await blocks(url, tenant, members)
        print(f"{held / 1e6:.1f} million samples of {len(members)} members in full: {chunks} chunks,")
        print(
            f"  {data / held:.2f} bytes a sample, {total / held:.2f} with rows and indexes; a day's read: {looked_at} blocks"
        )
        for name, policy in TIERS.items():
            seconds, rows = await follow(tenant, policy)
            chunks, data, total = await size(url)
            looked_at = await blocks(url, tenant, members)
            print(f"{name}: {rows} rows thinned in {seconds:.1f} s, {rows / seconds:,.0f} a second; {chunks} chunks,")
            print(
                f"  {data / held:.2f} bytes for each sample that there was, {total / held:.2f} with rows and indexes; "
                f"a day's read: {looked_at} blocks"
            )


def main() -> None:
    millions = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with temporary_postgres() as server:
        asyncio.run(run(server.url, millions))


if __name__ == "__main__":
    main()

"""Writers that are killed, and writers that meet, leave the samples, totals, figures and events of one."""

import asyncio
import sys
from pathlib import Path

from healthpartner.core.db.pool import Database
from healthpartner.domains.metrics.fusion.fusing import Order
from tests.conftest import MakeOrg
from tests.domains.metrics.rollups.test_keeping_current import figures, fresh
from tests.domains.metrics.rollups.writer import CALLS

SERVER = Path(__file__).resolve().parents[4]


async def run(*arguments: object) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.domains.metrics.rollups.writer",
        *map(str, arguments),
        cwd=SERVER,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, wrong = await process.communicate()
    assert process.returncode == 0, wrong.decode()
    return told.decode()


async def test_a_kill_between_any_two_statements_undoes_all_of_them(make_org: MakeOrg, database: Database) -> None:
    tenant = await make_org()
    member = await tenant.add_member()

    told = await run("die", database.url, tenant.org_id, member)

    kills, *statuses = told.split()
    assert int(kills) > 10
    assert statuses == ["accepted"] * 4
    ((_, steps, *_),) = await figures(tenant, member)
    assert steps == 2700
    assert await figures(tenant, member) == await fresh(tenant, member, Order())
    async with tenant.uow(member) as uow:
        for table, rows in {
            "event": 2,
            "audit_entry": 2,
            "sample_client_id": 4,
            "daily_total": 1,
            "sample_chunk": 1,
        }.items():
            assert await uow.fetchval(f"SELECT count(*) FROM {table} WHERE user_id = $1", member) == rows, table


async def test_two_processes_that_write_into_one_day_lose_nothing(make_org: MakeOrg, database: Database) -> None:
    tenant = await make_org()
    member = await tenant.add_member()

    await asyncio.gather(
        *(run("meet", database.url, tenant.org_id, member, provider) for provider in ("garmin", "oura", "garmin"))
    )

    ((_, steps, *_, names),) = await figures(tenant, member)
    assert steps == CALLS * 100
    assert await figures(tenant, member) == await fresh(tenant, member, Order())
    async with tenant.uow(member) as uow:
        counts = await uow.fetch("SELECT n FROM sample_chunk WHERE user_id = $1", member)
    assert [row["n"] for row in counts] == [CALLS, CALLS]
    assert names == ["garmin"]

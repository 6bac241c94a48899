"""Two processes store into one member at once and are killed between statements: nothing is lost, nothing doubled."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from healthpartner.core.db.pool import Database
from tests.conftest import MakeOrg
from tests.support.database import Tenant

SERVER = Path(__file__).resolve().parents[4]
# Statements after which a process dies; the last one lives.
DEATHS: dict[str, Sequence[int | None]] = {"watch": (3, 6, 11, None), "phone": (2, 5, 16, None)}

HELD = """
SELECT 'sleep' AS kind, device, identity, start_at, end_at, figures::text, encode(stages, 'hex') AS stages
FROM sleep_session JOIN sample_source USING (org_id, user_id, source_id) WHERE user_id = $1
UNION ALL
SELECT 'workout', device, identity, start_at, end_at, figures::text, segments::text
FROM workout JOIN sample_source USING (org_id, user_id, source_id) WHERE user_id = $1
ORDER BY 1, 2, 3
"""


async def run(tenant: Tenant, member: UUID, device: str, steps: int | None) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.domains.metrics.sessions.storing_process",
        tenant.database.url,
        str(tenant.org_id),
        str(member),
        device,
        cwd=SERVER,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    for _ in range(steps or 0):
        await process.stdout.readline()
    if steps is None:
        await process.communicate()
        assert process.returncode == 0
    else:
        process.kill()
        await process.wait()


async def device(tenant: Tenant, member: UUID, name: str, deaths: Sequence[int | None]) -> None:
    for steps in deaths:
        await run(tenant, member, name, steps)


async def held(tenant: Tenant, member: UUID) -> list[Any]:
    async with tenant.uow() as uow:
        return [tuple(row) for row in await uow.fetch(HELD, member)]


async def test_what_dying_processes_store_is_what_living_ones_store(
    make_org: MakeOrg, quiet_database: Database
) -> None:
    tenant = await make_org(database=quiet_database)
    killed, undisturbed = await tenant.add_member(), await tenant.add_member()

    async with asyncio.timeout(120):
        await asyncio.gather(*(device(tenant, killed, name, deaths) for name, deaths in DEATHS.items()))
        for name in DEATHS:
            await run(tenant, undisturbed, name, None)

    found = await held(tenant, killed)
    assert found == await held(tenant, undisturbed)
    assert len(found) > 100

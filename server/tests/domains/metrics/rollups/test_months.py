"""Figures by the month follow those by the day, whoever writes those."""

from uuid import UUID

import pytest

from healthpartner.core.db.pool import Database
from tests.conftest import MakeOrg
from tests.support.database import Tenant
from tests.support.figure_months import differences

_DAYS = """
INSERT INTO daily_figure (org_id, user_id, metric, day, value, minimum, maximum, samples, sources, contested, floating)
SELECT $1, $2, metric, DATE '2015-01-01' + n, n, 1, 1, 1, '{1,2}', true, true
FROM generate_series(1, $3::integer) n, generate_series(201, 203) metric
"""


async def with_days(tenant: Tenant, days: int) -> UUID:
    member = await tenant.add_member()
    async with tenant.uow(member) as uow:
        await uow.execute(_DAYS, tenant.org_id, member, days)
        await uow.commit()
    return member


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE daily_figure SET value = -value, sources = '{3}' WHERE user_id = $1 AND day < '2015-03-10'",
        "UPDATE daily_figure SET sources = '{3}' WHERE user_id = $1",
        "UPDATE daily_figure SET sources = '{}' WHERE user_id = $1 AND metric = 202",
        "DELETE FROM daily_figure WHERE user_id = $1 AND day BETWEEN '2015-01-20' AND '2015-03-05'",
        "DELETE FROM daily_figure WHERE user_id = $1 AND metric = 201",
        """INSERT INTO daily_figure SELECT org_id, user_id, metric, day - 40, value, 0, 2, 1, '{2}', false, false
        FROM daily_figure WHERE user_id = $1 ON CONFLICT (org_id, user_id, metric, day) DO UPDATE SET value = 0""",
    ],
)
async def test_every_change_is_followed(make_org: MakeOrg, change: str) -> None:
    tenant = await make_org()
    member = await with_days(tenant, 90)

    async with tenant.uow(member) as uow:
        await uow.execute(change, member)

        assert await differences(uow, member) == []


@pytest.mark.parametrize("of", ["member", "org"])
async def test_with_a_member_and_with_an_organization_they_go(make_org: MakeOrg, of: str) -> None:
    tenant = await make_org()
    await with_days(tenant, 90)

    async with tenant.database.system.acquire() as connection:
        await connection.execute(f"DELETE FROM {of} WHERE org_id = $1", tenant.org_id)

        assert await connection.fetchval("SELECT count(*) FROM figure_month WHERE org_id = $1", tenant.org_id) == 0


async def test_years_of_figures_are_marked_at_once_also_after_a_few_were(
    make_org: MakeOrg, quiet_database: Database
) -> None:
    tenant = await make_org(database=quiet_database)
    member = await with_days(tenant, 4000)

    async with tenant.uow(member) as uow:
        # A plan for few rows that went through all others for each of them would take many times as long as this.
        await uow.execute("SET LOCAL statement_timeout = '5s'")
        one = "UPDATE daily_figure SET stale = true WHERE user_id = $1 AND metric = 201 AND day = '2015-01-05'"
        await uow.execute(one, member)
        await uow.execute("UPDATE daily_figure SET stale = true WHERE user_id = $1", member)

        assert await differences(uow, member) == []

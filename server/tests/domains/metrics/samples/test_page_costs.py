"""What a page of a member's chunks reads, however much there is after it."""

import json
from datetime import date
from typing import Any

from healthpartner.domains.metrics.samples import store
from tests.conftest import MakeOrg
from tests.domains.metrics.packing.cast import FIRST, days_from, sparse_day
from tests.domains.metrics.retention.cast import put
from tests.support.plans import rows_read


async def test_a_page_reads_its_months_and_nothing_of_what_follows(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await put(tenant, member, *(sparse_day(day) for day in days_from(FIRST, 400)))

    async with tenant.uow(member) as uow:
        connection: Any = await uow.connection()
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {store._OF_MEMBER}"
        found = json.loads(await connection.fetchval(explain, tenant.org_id, member, -1, date.min, 10))

    assert rows_read(found) < 150

"""The worker's nightly round through all organizations, and the way back."""

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.domains.metrics.packing import jobs
from tests.domains.metrics.packing.cast import FIRST, days_from, everything, rows, sparse_day
from tests.domains.metrics.retention.cast import put
from tests.domains.metrics.samples.stored import chunk_rows
from tests.support.database import create_tenant


async def test_members_of_all_organizations_are_packed_and_opened_again(
    quiet_database: Database, clock: SettableClock
) -> None:
    acme = await create_tenant(quiet_database, clock, "Acme")
    globex = await create_tenant(quiet_database, clock, "Globex")
    members = [(tenant, await tenant.add_member()) for tenant in (acme, acme, globex)]
    for tenant, member in members:
        await put(tenant, member, *(sparse_day(day) for day in days_from(FIRST, 20)))
    before = [await chunk_rows(*each) for each in members]
    told = [await everything(*each) for each in members]

    await jobs.pack_due(quiet_database, clock)

    assert [await rows(*each, "weight") for each in members] == [([], [(FIRST, days_from(FIRST, 20)[-1])])] * 3
    assert [await everything(*each) for each in members] == told

    assert await jobs.open_all(quiet_database, clock) == 3
    assert [await chunk_rows(*each) for each in members] == before
    assert await jobs.open_all(quiet_database, clock) == 0

"""Counts daily figures anew that another clock, another order of sources or other rules have overtaken."""

from healthpartner.core.clock import Clock
from healthpartner.core.db.pool import Database
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.rollups import store
from healthpartner.domains.metrics.samples import service as samples

MEMBERS_A_TURN = 200
FIGURES_A_TURN = 2000


async def recount_stale(database: Database, clock: Clock) -> None:
    """Until none is left of the members that had some as this began; reads count for themselves until then."""
    for row in await store.members_with_stale(database.system, MEMBERS_A_TURN):
        counted = FIGURES_A_TURN
        while counted == FIGURES_A_TURN:
            async with UnitOfWork(database.tenants, clock, row["org_id"], user_id=row["user_id"]) as uow:
                counted = await samples.recount(uow, FIGURES_A_TURN)
                await uow.commit()

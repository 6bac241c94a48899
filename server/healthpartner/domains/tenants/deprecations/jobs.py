"""Announces deprecations: every organisation is told of each, once."""

from healthpartner.core.clock import Clock
from healthpartner.core.db.pool import Database
from healthpartner.core.lifecycle import Lifecycle
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.deprecations import service, store


async def announce(database: Database, clock: Clock, lifecycle: Lifecycle, base_url: str = "") -> int:
    """Tells whoever has not been told; answers how many notices were written. Safe to repeat.

    `base_url`: where partners reach this deployment.
    """
    told = 0
    for deprecation in lifecycle.announced_by(clock.now().date()):
        for org_id in await store.organisations_not_told(database.system, service.ANNOUNCED, deprecation.id):
            async with UnitOfWork(database.tenants, clock, org_id) as uow:
                await service.tell(uow, deprecation, base_url)
                await uow.commit()
            told += 1
    return told

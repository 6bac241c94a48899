"""Follows the organizations' retention: member by member, part by part, each part a transaction."""

from collections import Counter
from uuid import UUID

import structlog
from msgspec import Struct, field

from healthpartner.core.access import SYSTEM, Actor
from healthpartner.core.clock import Clock
from healthpartner.core.db.pool import Database
from healthpartner.core.jobs.rounds import go_round
from healthpartner.core.telemetry import retention_total
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.retention import service, store
from healthpartner.domains.metrics.retention.schemas import Retention
from healthpartner.domains.metrics.retention.sweeping import Counts, Position

_log = structlog.get_logger(__name__)


class Swept(Struct):
    """What was done, or would be, with the data of how many members; `failed` are those to come back to."""

    members: int = 0
    failed: int = 0
    counts: Counts = field(default_factory=Counter)


class Sweeper(Struct, frozen=True):
    """`everyone`: also members whose turn has not come; `dry` changes nothing and counts, by a policy `instead` of the
    organization's own where one is given.
    """

    database: Database
    clock: Clock
    actor: Actor = SYSTEM
    everyone: bool = False
    dry: bool = False
    instead: Retention | None = None

    async def organization(self, org_id: UUID) -> Swept:
        swept = Swept()

        async def due(after: UUID, most: int) -> list[UUID]:
            async with self._uow(org_id) as uow:
                return await service.due(uow, after, most, everyone=self.everyone)

        async def sweep(member: UUID) -> None:
            swept.counts += await self.member(org_id, member)

        swept.members, swept.failed = await go_round(due, sweep, "retention_failed")
        if swept.counts.total() and not self.dry:
            async with self._uow(org_id) as uow:
                await service.record(uow)
                await uow.commit()
        return swept

    async def member(self, org_id: UUID, member: UUID) -> Counts:
        """Raises Unauthorized for a member who is gone."""
        async with self._uow(org_id, member) as uow:
            sweep = await service.begin(uow, self.instead)
            if not self.dry:
                await uow.commit()
        counts: Counts = Counter()
        at: Position | None = Position()
        while sweep is not None and at is not None:
            async with self._uow(org_id, member) as uow:
                done, at = await service.go_on(uow, sweep, at, dry=self.dry)
                if not self.dry:
                    await uow.commit()
            counts += done
        return counts

    def _uow(self, org_id: UUID, member: UUID | None = None) -> UnitOfWork:
        return UnitOfWork(self.database.tenants, self.clock, org_id, user_id=member, actor=self.actor)


async def sweep_due(database: Database, clock: Clock) -> None:
    """Every organization that asks for anything; of its members those whose turn has come."""
    sweeper = Sweeper(database, clock)
    for org_id in await store.organizations(database.system):
        swept = await sweeper.organization(org_id)
        for what, count in swept.counts.items():
            retention_total.labels(what).inc(count)
        if swept.members or swept.failed:
            _log.info("retention_followed", members=swept.members, failed=swept.failed, **swept.counts)

"""Goes through all members: each month of a member is a transaction."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import structlog
from msgspec import Struct, structs

from healthpartner.core.clock import Clock
from healthpartner.core.db.pool import Database
from healthpartner.core.jobs.rounds import go_round
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.packing import service, store

_log = structlog.get_logger(__name__)


class Packed(Struct):
    """How many days of how many members were packed; `failed` are those to come back to."""

    members: int = 0
    days: int = 0
    failed: int = 0


async def pack_due(database: Database, clock: Clock) -> None:
    """Every member with months that were not looked at yet."""
    for org_id in await store.organizations(database.system):
        packed = await pack_organization(database, clock, org_id)
        if packed.members or packed.failed:
            _log.info("days_packed", **structs.asdict(packed))


async def pack_organization(database: Database, clock: Clock, org_id: UUID) -> Packed:
    begin = partial(UnitOfWork, database.tenants, clock, org_id)
    packed = Packed()

    async def due(after: UUID, most: int) -> list[UUID]:
        async with begin() as uow:
            return await service.due(uow, after, most)

    async def pack(member: UUID) -> None:
        packed.days += await _pack(partial(begin, user_id=member))

    packed.members, packed.failed = await go_round(due, pack, "packing_failed")
    return packed


async def _pack(begin: Callable[..., UnitOfWork]) -> int:
    """How many days of the member were packed."""
    days = 0
    while True:
        async with begin() as uow:
            packed = await service.pack_month(uow)
            await uow.commit()
        if packed is None:
            return days
        days += packed


async def open_all(database: Database, clock: Clock) -> int:
    """Makes single days of all packs, for a release that does not know them; answers of how many members."""
    members = 0
    for org_id, member in await store.with_packs(database.system):
        async with UnitOfWork(database.tenants, clock, org_id, user_id=member) as uow:
            await service.open_all(uow)
            await uow.commit()
        members += 1
    return members

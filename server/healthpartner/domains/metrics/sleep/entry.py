"""One session of sleep as its source told it, by its id."""

from collections.abc import Sequence
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.entries import Found, Kind
from healthpartner.domains.metrics.sleep import rows, service, store
from healthpartner.domains.metrics.sleep.blocks import alone
from healthpartner.domains.metrics.sleep.nights import night
from healthpartner.domains.metrics.sleep.schemas import SleepRow


async def read(uow: UnitOfWork, entry_id: UUID) -> Found | None:
    row = await store.find(uow, entry_id)
    if row is None:
        return None
    stored = rows.stored(row)
    told = rows.summary(night(alone(stored, row["timezone"])), explain=False)
    days = await service.days_at(uow, stored.source_id, [stored.session], row["timezone"])
    return Found(entry_id, told.provider, told, ["sleep"], sorted({told.date}.union(*days.values())))


async def remove(uow: UnitOfWork, entry_id: UUID) -> Sequence[UUID]:
    """The partner's own id of it is part of it, so there is none to be freed."""
    await store.delete(uow, entry_id)
    return []


ENTRY = Kind("sleep/summary", SleepRow, read, remove, store.known)

"""Adding up and reading the API's usage."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from healthpartner.core.clock import Clock
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.usage import store
from healthpartner.domains.tenants.usage.schemas import Counted, DayUsage, KeyUsage, OperationUsage, Tally, Usage

KEPT = timedelta(days=400)


async def add(pool: Any, counts: Mapping[Counted, Tally]) -> None:
    """Adds what a process has counted, for all organizations, in one statement."""
    # In one order, so that processes never wait for each other in a circle.
    rows = sorted(
        counts.items(), key=lambda item: (item[0].org_id, item[0].day, str(item[0].key_id), item[0].operation)
    )
    if rows:
        await store.add(pool, rows)


async def read(uow: UnitOfWork, days: int) -> Usage:
    """Of the last `days` UTC days, today among them."""
    today = uow.now().date()
    first = today - timedelta(days=days - 1)
    found = {row["day"]: DayUsage(**row) for row in await store.by_day(uow, first)}
    every_day = [first + timedelta(days=number) for number in range(days)]
    return Usage(
        [found.get(day, DayUsage(day, 0, 0, 0)) for day in every_day],
        [OperationUsage(**row) for row in await store.by_operation(uow, first)],
        [KeyUsage(**row) for row in await store.by_key(uow, first)],
    )


async def sweep(pool: Any, clock: Clock) -> None:
    await store.sweep(pool, clock.now().date() - KEPT)

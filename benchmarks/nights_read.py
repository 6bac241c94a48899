"""Thirty days of nights and workouts of a member with a year of two devices, beside a bare indexed select of thirty rows.

Both on one connection pool, one after the other, so the ratio is what the merging costs.

    .venv/bin/python benchmarks/nights_read.py [--reads 200]
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from healthpartner.canonical.samples import SampleSource  # noqa: E402
from healthpartner.core.clock import SettableClock  # noqa: E402
from healthpartner.core.pagination import PageRequest  # noqa: E402
from healthpartner.core.unit_of_work import UnitOfWork  # noqa: E402
from healthpartner.domains.metrics.items.day_window import DayWindow  # noqa: E402
from healthpartner.domains.metrics.sleep import reading as nights  # noqa: E402
from healthpartner.domains.metrics.sleep import service as sleep  # noqa: E402
from healthpartner.domains.metrics.sleep.reading import SleepQuery  # noqa: E402
from healthpartner.domains.metrics.workouts import reading as sessions  # noqa: E402
from healthpartner.domains.metrics.workouts import service as workouts  # noqa: E402
from healthpartner.domains.metrics.workouts.reading import WorkoutQuery  # noqa: E402
from tests.support.database import Tenant, copy_of, create_template, create_tenant  # noqa: E402
from tests.support.postgres import temporary_postgres  # noqa: E402
from tests.support.two_devices import DAYS, FIRST, year  # noqa: E402

BARE = """
SELECT sample_id, start_at, end_at, figures FROM sleep_session
WHERE org_id = $1 AND user_id = $2 AND end_at >= $3 ORDER BY end_at LIMIT 30
"""
END = FIRST + timedelta(DAYS - 1)
WINDOW = DayWindow(END - timedelta(29), END)

Read = Callable[[UnitOfWork], Awaitable[Any]]


async def fill(tenant: Tenant) -> UUID:
    life, member = year(1), await tenant.add_member()
    for device, slept, done in (
        ("Apple Watch", life.watch_sleep, life.watch_workouts),
        ("iPhone", life.phone_sleep, life.phone_workouts),
    ):
        async with tenant.uow(member) as uow:
            await sleep.store(uow, SampleSource("apple_health", device), slept)
            await workouts.store(uow, SampleSource("apple_health", device), done)
            await uow.commit()
    return member


async def bare(uow: UnitOfWork) -> Any:
    return await uow.read(
        BARE, uow.org_id, uow.member_id, datetime.combine(WINDOW.start or END, datetime.min.time(), UTC)
    )


async def merged_nights(uow: UnitOfWork) -> Any:
    return await nights.summaries(uow, SleepQuery(WINDOW, None, explain=False, page=PageRequest(100)))


async def merged_workouts(uow: UnitOfWork) -> Any:
    return await sessions.summaries(uow, WorkoutQuery(WINDOW, None, None, explain=False, page=PageRequest(100)))


async def milliseconds(tenant: Tenant, member: UUID, read: Read, reads: int) -> float:
    """Of a read in the middle."""
    took = []
    for _ in range(reads):
        async with tenant.uow(member) as uow:
            begun = time.perf_counter()
            await read(uow)
            took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took)


async def main(reads: int) -> None:
    clock = SettableClock(datetime(2026, 1, 1, tzinfo=UTC))
    with temporary_postgres() as address:
        template = await create_template(address.url)
        async with copy_of(address.url, template) as database:
            tenant = await create_tenant(database, clock, "Acme")
            member = await fill(tenant)
            await database.system.execute("ANALYZE")
            reference = await milliseconds(tenant, member, bare, reads)
            print(f"bare select of 30 rows: {reference:.2f} ms")
            for name, read in (("nights", merged_nights), ("workouts", merged_workouts)):
                took = await milliseconds(tenant, member, read, reads)
                print(f"{name} of 30 days: {took:.2f} ms, ratio {took / reference:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reads", type=int, default=200)
    asyncio.run(main(parser.parse_args().reads))

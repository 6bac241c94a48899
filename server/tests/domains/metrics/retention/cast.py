"""A tenant with a policy, a member with a past, and what can be read of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, SampleBatch, SampleSource
from healthpartner.core.pagination import PageRequest
from healthpartner.domains.metrics.retention import service as retention
from healthpartner.domains.metrics.retention.jobs import Sweeper, Swept
from healthpartner.domains.metrics.retention.schemas import Retention
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.timeseries import service as timeseries
from healthpartner.domains.metrics.timeseries.schemas import Granularity
from healthpartner.domains.metrics.timeseries.window import query
from tests.support.database import Tenant
from tests.support.figure_months import differences

TODAY = date(2026, 3, 14)
WATCH, PHONE = SampleSource("garmin", "Fenix"), SampleSource("apple_health_kit", "iPhone")


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def midnight_ms(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY_MS


def day_of_samples(day: date, slug: str = "steps", count: int = 200, seed: int = 1) -> SampleBatch:
    """A busy day: each sample some minutes long where the metric is summed, a moment else."""
    chance = np.random.default_rng([seed, day.toordinal(), METRICS[slug].code])
    starts = np.sort(chance.choice(DAY_MS // 60_000 - 10, count, replace=False)) * 60_000 + midnight_ms(day)
    lasts = 90_000 if METRICS[slug].aggregation == "sum" else 0
    value = chance.integers(50, 120, count).astype(np.float64)
    return SampleBatch(METRICS[slug], starts, np.full(count, lasts, np.int64), value, None, np.zeros(count, np.int16))


async def put(tenant: Tenant, member: UUID, *batches: SampleBatch, source: SampleSource = WATCH) -> list[Any]:
    async with tenant.uow(member) as uow:
        stored = await samples.store_many(uow, [(source, batch) for batch in batches])
        await uow.commit()
    return stored


async def ask(tenant: Tenant, **policy: Any) -> None:
    async with tenant.uow() as uow:
        await retention.change(uow, Retention(**policy))
        await uow.commit()


async def follow(tenant: Tenant, *, dry: bool = False, everyone: bool = True) -> Swept:
    swept = await Sweeper(tenant.database, tenant.clock, everyone=everyone, dry=dry).organization(tenant.org_id)
    assert swept.failed == 0
    return swept


async def series(tenant: Tenant, member: UUID, slug: str, day: date, granularity: Granularity) -> list[Any]:
    """What is read of one UTC day."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    async with tenant.uow(member) as uow:
        page = PageRequest(1000, 0, None)
        rows, _ = await timeseries.read(uow, slug, query(start, start + timedelta(days=1), granularity, None, page))
    return rows


async def figures(tenant: Tenant, member: UUID) -> list[tuple[Any, ...]]:
    async with tenant.uow(member) as uow:
        rows = await uow.fetch(
            "SELECT metric, day, value, minimum, maximum, samples, sources, contested, floating, stale FROM daily_figure "
            "WHERE user_id = $1 ORDER BY metric, day",
            member,
        )
        assert await differences(uow, member) == []
    return [tuple(row) for row in rows]


async def chunks(tenant: Tenant, member: UUID) -> list[tuple[Any, ...]]:
    async with tenant.uow(member) as uow:
        rows = await uow.fetch(
            "SELECT metric, day, source_id, n, minimum, maximum, span_minutes, samples FROM sample_chunk "
            "WHERE user_id = $1 ORDER BY metric, day, source_id",
            member,
        )
    return [tuple(row) for row in rows]

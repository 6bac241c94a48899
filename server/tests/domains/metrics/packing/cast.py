"""A member with a past of sparse and of busy metrics, packed or not, and all that can be read of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleBatch
from healthpartner.core.pagination import PageRequest
from healthpartner.domains.metrics.packing.jobs import Packed, pack_organization
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.timeseries import service as timeseries
from healthpartner.domains.metrics.timeseries.schemas import Granularity
from healthpartner.domains.metrics.timeseries.window import query
from tests.domains.metrics.retention.cast import PHONE, TODAY, midnight_ms, put
from tests.support.database import Tenant

# Days before are packed: the month of `TODAY` less a season.
EDGE = date(2025, 12, 1)
FIRST = date(2025, 10, 1)
SPARSE = ("weight", "respiratory_rate", "steps")
Widths = tuple[Granularity, ...]
ALL_WIDTHS: Widths = ("raw", "one_hour", "one_day")


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=at) for at in range(count)]


def sparse_day(day: date, slug: str = "weight", count: int = 1, seed: int = 1) -> SampleBatch:
    chance = np.random.default_rng([seed, day.toordinal(), METRICS[slug].code])
    starts = np.sort(chance.choice(1400, count, replace=False)).astype(np.int64) * 60_000 + midnight_ms(day)
    value = chance.integers(50, 120, count).astype(np.float64)
    lasts = 60_000 if METRICS[slug].aggregation == "sum" else 0
    return SampleBatch(METRICS[slug], starts, np.full(count, lasts, np.int64), value, None, np.zeros(count, np.int16))


def busy_day(day: date) -> SampleBatch:
    chance = np.random.default_rng(day.toordinal())
    starts = np.sort(chance.choice(86_400, 2000, replace=False)).astype(np.int64) * 1000 + midnight_ms(day)
    value = chance.integers(400, 1800, 2000) / 10
    return SampleBatch(METRICS["heart_rate"], starts, starts * 0, value, None, np.zeros(2000, np.int16))


async def give_past(tenant: Tenant, member: UUID) -> None:
    """Months with a day missing, two sources of the same, and a metric of which one day is more than packs hold."""
    for day in days_from(FIRST, 75):
        if day.day != 7:
            batches = [sparse_day(day), sparse_day(day, "respiratory_rate", 5), sparse_day(day, "steps", 4)]
            await put(tenant, member, *batches)
            await put(tenant, member, sparse_day(day, "steps", 3, seed=2), source=PHONE)
    for day in days_from(FIRST, 3):
        await put(tenant, member, busy_day(day))


async def person(tenant: Tenant) -> UUID:
    member = await tenant.add_member()
    await give_past(tenant, member)
    return member


async def pack(tenant: Tenant) -> Packed:
    packed = await pack_organization(tenant.database, tenant.clock, tenant.org_id)
    assert packed.failed == 0
    return packed


async def series(
    tenant: Tenant, member: UUID, slug: str, granularity: Granularity, first: date = FIRST, end: date = TODAY
) -> list[Any]:
    """All rows, page by page; ids of samples name sources by number, which differ from member to member."""
    start, before = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, end))
    found: list[Any] = []
    while True:
        async with tenant.uow(member) as uow:
            page = PageRequest(1000, len(found), None)
            rows, pagination = await timeseries.read(uow, slug, query(start, before, granularity, None, page))
        found += [
            (
                row.start,
                row.end,
                row.date,
                row.value,
                row.provider,
                row.device,
                row.samples,
                row.timezone_offset_minutes,
            )
            for row in rows
        ]
        if not rows or len(found) >= pagination.total:
            assert len(found) == pagination.total
            return found


async def everything(tenant: Tenant, member: UUID) -> list[Any]:
    """Every sample, bit for bit."""
    async with tenant.uow(member) as uow:
        return [
            (chunk.batch.metric.slug, chunk.source, *(column.tolist() for column in _columns(chunk.batch)))
            async for chunk in samples.every_chunk(uow)
        ]


def _columns(batch: SampleBatch) -> list[Any]:
    told = [batch.start_ms, batch.duration_ms, batch.value, batch.offset_minutes]
    return told if batch.thinned is None else [*told, batch.thinned.samples, batch.thinned.weight]


async def read_of(tenant: Tenant, member: UUID, slugs: tuple[str, ...] = SPARSE) -> dict[str, Any]:
    """What a reader can tell."""
    found: dict[str, Any] = {"everything": await everything(tenant, member)}
    for slug in slugs:
        for width in ALL_WIDTHS:
            found[f"{slug} {width}"] = await series(tenant, member, slug, width)
    return found


async def rows(tenant: Tenant, member: UUID, slug: str) -> tuple[list[date], list[tuple[date, date]]]:
    """(days of chunks, first and last days of packs) of a metric."""
    code = METRICS[slug].code
    async with tenant.uow() as uow:
        days = await uow.fetch(
            "SELECT day FROM sample_chunk WHERE user_id = $1 AND metric = $2 ORDER BY day, source_id", member, code
        )
        packs = await uow.fetch(
            "SELECT first_day, last_day FROM sample_pack WHERE user_id = $1 AND metric = $2 "
            "ORDER BY first_day, source_id",
            member,
            code,
        )
    return [row["day"] for row in days], [tuple(row) for row in packs]

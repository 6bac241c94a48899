"""What is left of thinned days is taken along and comes back, as Parquet and for the member."""

from pathlib import Path
from typing import Any
from uuid import UUID

from healthpartner.domains.metrics import personal_data
from healthpartner.domains.metrics.parquet import service as parquet
from tests.conftest import MakeOrg
from tests.domains.metrics.retention.cast import (
    PHONE,
    ask,
    chunks,
    day_of_samples,
    days_ago,
    figures,
    follow,
    put,
    series,
)
from tests.support.database import Tenant

NEW, OLD = days_ago(10), days_ago(100)


async def thinned(make_org: MakeOrg) -> tuple[Tenant, UUID]:
    tenant = await make_org()
    member = await tenant.add_member()
    for day in (NEW, OLD):
        await put(tenant, member, day_of_samples(day), day_of_samples(day, "heart_rate"))
    await put(tenant, member, day_of_samples(OLD, seed=2), source=PHONE)
    await ask(tenant, thin_after_days=60)
    await follow(tenant)
    return tenant, member


async def restore(tenant: Tenant, member: UUID, folder: Path) -> int:
    refused = 0
    for part in parquet.parts(folder):
        async with tenant.uow(member) as uow:
            refused += await parquet.put(uow, part)
            await uow.commit()
    async with tenant.uow(member) as uow:
        await parquet.put_figures(uow, parquet.figures(folder))
        await uow.commit()
    return refused


async def state(tenant: Tenant, member: UUID) -> Any:
    rows = [
        (day, slug, [(row.start, row.end, row.value, row.samples, row.provider) for row in found])
        for day in (NEW, OLD)
        for slug in ("steps", "heart_rate")
        for found in [await series(tenant, member, slug, day, "one_hour")]
    ]
    kept = [row[:6] for row in await figures(tenant, member)]
    return rows, kept, [(row[0], row[1], row[7]) for row in await chunks(tenant, member)]


async def test_spans_and_figures_come_back_as_they_were(make_org: MakeOrg, tmp_path: Path) -> None:
    tenant, member = await thinned(make_org)
    async with tenant.uow(member) as uow:
        counts = await parquet.write(uow, tmp_path)
    other = await tenant.add_member()

    assert await restore(tenant, other, tmp_path) == 0
    assert await state(tenant, other) == await state(tenant, member)
    assert counts["daily_figures.parquet"] == 2

    assert await restore(tenant, other, tmp_path) > 0
    assert await state(tenant, other) == await state(tenant, member)


async def test_a_member_takes_along_the_figures_of_thinned_days_and_what_spans_stand_for(make_org: MakeOrg) -> None:
    tenant, member = await thinned(make_org)
    found: dict[str, list[dict[str, Any]]] = {}
    async with tenant.uow(member) as uow:
        async for name, rows in personal_data.export(uow):
            found.setdefault(name, []).extend(rows)

    assert {(row["metric"], row["date"]) for row in found["daily_figures"]} == {("steps", OLD), ("heart_rate", OLD)}
    stands_for = [row.get("samples") for row in found["samples/heart_rate"]]
    assert sum(each for each in stands_for if each) == 200
    assert stands_for.count(None) == 200

"""Packing while others read, write or take along: they meet each sample once."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from healthpartner.canonical.metrics import METRICS
from healthpartner.domains.metrics.packing import service
from healthpartner.domains.metrics.samples import service as samples
from tests.conftest import MakeOrg
from tests.domains.metrics.packing.cast import (
    FIRST,
    days_from,
    everything,
    give_past,
    pack,
    person,
    read_of,
    rows,
    sparse_day,
)
from tests.domains.metrics.retention.cast import PHONE, put
from tests.support.database import Tenant

WINDOW = (datetime(2025, 10, 5, 6, tzinfo=UTC), datetime(2025, 10, 25, 18, tzinfo=UTC))


@pytest.mark.parametrize("packed_first", [False, True])
async def test_days_that_change_their_rows_between_finding_and_opening_are_read_whole(
    make_org: MakeOrg, *, packed_first: bool
) -> None:
    tenant = await make_org()
    member = await person(tenant)
    if packed_first:
        await pack(tenant)
    async with tenant.uow(member) as uow:
        _, found = await samples.headers(uow, METRICS["steps"], *WINDOW)
        expected = [chunk.batch.start_ms.tolist() for chunk in await samples.open_chunks(uow, METRICS["steps"], found)]
    assert len(found) == len(expected) == 40
    assert all(expected)

    await _turn_over(tenant, member, packed=packed_first)

    async with tenant.uow(member) as uow:
        opened = await samples.open_chunks(uow, METRICS["steps"], found)
    assert [chunk.batch.start_ms.tolist() for chunk in opened] == expected


@pytest.mark.parametrize("packed_first", [False, True])
async def test_what_is_packed_or_opened_between_two_pages_is_taken_along_once(
    make_org: MakeOrg, monkeypatch: pytest.MonkeyPatch, *, packed_first: bool
) -> None:
    monkeypatch.setattr(samples, "_CHUNKS_A_PAGE", 1)
    tenant = await make_org()
    member = await person(tenant)
    expected = await everything(tenant, member)
    if packed_first:
        await pack(tenant)

    found = []
    async with tenant.uow(member) as uow:
        async for chunk in samples.every_chunk(uow):
            found.append((chunk.batch.metric.slug, chunk.source, chunk.batch.start_ms.tolist()))
            if len(found) == 20:
                await _turn_over(tenant, member, packed=packed_first)

    assert found == [row[:3] for row in expected]
    assert bool((await rows(tenant, member, "weight"))[1]) is not packed_first


async def _turn_over(tenant: Tenant, member: UUID, *, packed: bool) -> None:
    """What is packed is opened, what is not is packed."""
    if not packed:
        await pack(tenant)
        return
    async with tenant.uow(member) as uow:
        await service.open_all(uow)
        await uow.commit()


async def test_writers_and_the_packer_lose_nothing_of_each_other(make_org: MakeOrg) -> None:
    tenant = await make_org()
    undisturbed, member = await tenant.add_member(), await tenant.add_member()
    late = [sparse_day(day, "steps", 3, seed=4) for day in days_from(FIRST, 40)]
    for each in (undisturbed, member):
        await give_past(tenant, each)
    await put(tenant, undisturbed, *late, source=PHONE)

    async def write() -> None:
        for batch in late:
            await put(tenant, member, batch, source=PHONE)

    async def keep_packing() -> None:
        for _ in range(20):
            await pack(tenant)

    await asyncio.gather(write(), keep_packing())
    await pack(tenant)

    assert await read_of(tenant, member) == await read_of(tenant, undisturbed)
    assert (await rows(tenant, member, "steps"))[0] == (await rows(tenant, undisturbed, "steps"))[0]
    assert date(2025, 10, 20) not in (await rows(tenant, member, "steps"))[0]

"""Old days of sparse metrics lie several to a row, and nobody can tell."""

from datetime import date, datetime, timedelta

import pytest

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleSource
from healthpartner.core.clock import SettableClock
from healthpartner.core.errors import Unauthorized
from healthpartner.domains.metrics.packing import jobs, service
from healthpartner.domains.metrics.samples import service as samples
from tests.conftest import MakeOrg
from tests.domains.metrics.packing.cast import (
    EDGE,
    FIRST,
    SPARSE,
    days_from,
    everything,
    give_past,
    pack,
    person,
    read_of,
    rows,
    series,
    sparse_day,
)
from tests.domains.metrics.retention.cast import PHONE, WATCH, put
from tests.domains.metrics.samples.stored import chunk_rows


async def test_a_member_who_is_gone_is_passed_over_and_takes_the_packs_along(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await person(tenant)
    await pack(tenant)

    async with tenant.uow() as uow:
        await uow.execute("DELETE FROM member WHERE org_id = $1 AND user_id = $2", tenant.org_id, member)
        await uow.commit()

    assert await rows(tenant, member, "weight") == ([], [])
    with pytest.raises(Unauthorized):
        async with tenant.uow(member) as uow:
            await service.pack_month(uow)


async def test_packs_of_another_tenant_do_not_exist(make_org: MakeOrg) -> None:
    acme, globex = await make_org("Acme"), await make_org("Globex")
    member = await person(acme)

    assert (await pack(globex)).days == 0
    assert (await rows(acme, member, "weight"))[1] == []

    await pack(acme)
    async with globex.uow() as uow:
        assert await uow.fetchval("SELECT count(*) FROM sample_pack WHERE user_id = $1", member) == 0
        assert await uow.fetchval("SELECT count(*) FROM packing_progress WHERE user_id = $1", member) == 0


async def test_whole_months_before_the_season_are_packed_and_younger_and_busy_days_are_not(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await person(tenant)

    packed = await pack(tenant)

    chunks, packs = await rows(tenant, member, "weight")
    assert packs == [(date(2025, 10, 1), date(2025, 10, 31)), (date(2025, 11, 1), date(2025, 11, 30))]
    assert chunks == [day for day in days_from(FIRST, 75) if day >= EDGE and day.day != 7]
    assert (await rows(tenant, member, "heart_rate")) == (days_from(FIRST, 3), [])
    assert (packed.members, packed.days) == (1, 59 * 4)
    assert (await pack(tenant)).members == 0


async def test_nobody_can_tell_from_what_is_read(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await person(tenant)
    before = await read_of(tenant, member, (*SPARSE, "heart_rate"))

    await pack(tenant)

    assert await read_of(tenant, member, (*SPARSE, "heart_rate")) == before
    one_day = (date(2025, 10, 20), date(2025, 10, 21))
    expected = [row for row in before["steps raw"] if row[0].date() == one_day[0]]
    assert await series(tenant, member, "steps", "raw", *one_day) == expected
    assert len(expected) == 7


async def test_opened_again_the_rows_are_what_they_were(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await person(tenant)
    before = await chunk_rows(tenant, member)
    await pack(tenant)
    assert len(await chunk_rows(tenant, member)) < len(before)

    async with tenant.uow(member) as uow:
        await service.open_all(uow)
        await uow.commit()

    assert await chunk_rows(tenant, member) == before


async def test_one_sample_is_found_and_taken_back_by_its_id(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await person(tenant)
    await pack(tenant)
    day = date(2025, 10, 20)
    start_ms = int(sparse_day(day, "steps", 4).start_ms[0])
    async with tenant.uow(member) as uow:
        source_id = await uow.fetchval(
            "SELECT source_id FROM sample_source WHERE user_id = $1 AND provider = $2", member, WATCH.provider
        )
        found = await samples.find(uow, METRICS["steps"], source_id, start_ms)
        missing = await samples.find(uow, METRICS["steps"], source_id, start_ms + 1)
    assert found is not None
    assert (found.source, found.batch.start_ms.tolist()) == (WATCH, [start_ms])
    assert missing is None

    async with tenant.uow(member) as uow:
        await samples.claim(uow, None, [])
        assert await samples.remove(uow, METRICS["steps"], source_id, start_ms)
        assert not await samples.remove(uow, METRICS["steps"], source_id, start_ms)
        await uow.commit()

    assert len(await series(tenant, member, "steps", "raw", day, day + timedelta(days=1))) == 6
    assert len(await series(tenant, member, "steps", "raw")) == 7 * 72 - 1


@pytest.mark.parametrize("source", [WATCH, PHONE, SampleSource("oura")])
@pytest.mark.parametrize("day", [date(2025, 10, 7), date(2025, 10, 8), date(2025, 9, 3)])
async def test_what_comes_late_lies_where_it_would_have_and_is_packed_with_the_rest(
    make_org: MakeOrg, source: SampleSource, day: date
) -> None:
    tenant = await make_org()
    never, packed = await tenant.add_member(), await tenant.add_member()
    late = [sparse_day(day, "steps", 6, seed=3), sparse_day(day, seed=3)]
    await give_past(tenant, never)
    await put(tenant, never, *late, source=source)
    await give_past(tenant, packed)
    await pack(tenant)
    expected = await read_of(tenant, never)

    (told, _) = await put(tenant, packed, *late, source=source)

    assert told.added > 0
    assert await read_of(tenant, packed) == expected
    again = await pack(tenant)
    assert again.members == 1
    assert await read_of(tenant, packed) == expected
    chunks, packs = await rows(tenant, packed, "weight")
    # A day that is the only one of its source and month is no pack.
    alone = source != WATCH or day < FIRST
    assert [each for each in chunks if each < EDGE] == ([day] if alone else [])
    assert len(packs) == 2


async def test_what_is_known_opens_nothing(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await person(tenant)
    await pack(tenant)
    before = await rows(tenant, member, "steps")

    (told,) = await put(tenant, member, sparse_day(date(2025, 10, 20), "steps", 4))

    assert (told.added, told.replaced, told.unchanged) == (0, 0, 4)
    assert await rows(tenant, member, "steps") == before


async def test_as_time_goes_by_the_next_month_is_packed(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await person(tenant)
    await pack(tenant)
    before = await everything(tenant, member)
    clock = SettableClock(datetime.fromisoformat("2026-05-01T12:00:00Z"))

    packed = await jobs.pack_organization(tenant.database, clock, tenant.org_id)

    assert packed.days == 13 * 4
    assert (await rows(tenant, member, "weight"))[0] == []
    assert await everything(tenant, member) == before


async def test_one_members_fault_does_not_keep_others_from_being_packed(make_org: MakeOrg) -> None:
    tenant = await make_org()
    members = [await person(tenant), await person(tenant)]
    async with tenant.uow() as uow:
        await uow.execute(
            "UPDATE sample_chunk SET samples = '\\x00' WHERE user_id = $1 AND metric = $2",
            members[0],
            METRICS["weight"].code,
        )
        await uow.commit()

    packed = await jobs.pack_organization(tenant.database, tenant.clock, tenant.org_id)

    assert (packed.members, packed.failed) == (1, 1)
    assert (await rows(tenant, members[0], "weight"))[1] == []
    assert len((await rows(tenant, members[1], "weight"))[1]) == 2

"""Samples in the database: any order, any parts, any number of writers."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET, SampleBatch, SampleSource
from healthpartner.canonical.units import place_of
from healthpartner.core.errors import Unauthorized
from healthpartner.domains.metrics import personal_data
from healthpartner.domains.metrics.samples import service
from tests.conftest import MakeOrg
from tests.domains.metrics.samples.stored import chunk_rows
from tests.support.database import Tenant

WATCH = SampleSource("garmin", "Fenix")
MORNING = 20_500 * DAY_MS + 6 * 3_600_000


def batch(*samples: tuple[int, float], slug: str = "heart_rate", offset: int = UNKNOWN_OFFSET) -> SampleBatch:
    starts = np.array([start for start, _ in samples], np.int64)
    values = np.array([value for _, value in samples], np.float64)
    second = values - 40 if METRICS[slug].has_second else None
    offsets = np.full(len(samples), offset, np.int16)
    return SampleBatch(METRICS[slug], starts, np.zeros(len(samples), np.int64), values, second, offsets)


async def store(tenant: Tenant, member: object, *parts: SampleBatch, source: SampleSource = WATCH) -> list[object]:
    results: list[object] = []
    for part in parts:
        async with tenant.uow(member) as uow:  # type: ignore[arg-type]
            results.append(await service.store(uow, source, part))
            await uow.commit()
    return results


async def test_figures_beside_a_chunk_are_those_of_its_samples(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()

    (result,) = await store(tenant, member, batch((MORNING + 60_000, 70), (MORNING, 50), (MORNING + DAY_MS, 90)))

    assert result == (3, 0, 0, (date(2026, 2, 16), date(2026, 2, 17)), 0)
    first, second = await chunk_rows(tenant, member)
    assert first[:7] == (METRICS["heart_rate"].code, date(2026, 2, 16), "garmin", 2, 50, 70, 120)
    assert first[7] == datetime(2026, 2, 16, 6, 0, tzinfo=UTC)
    assert first[8] == datetime(2026, 2, 16, 6, 1, tzinfo=UTC)
    assert second[3:7] == (1, 90, 90, 90)


async def test_what_is_known_changes_nothing_and_what_differs_replaces(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await store(tenant, member, batch((MORNING, 50), (MORNING + 1000, 60)))

    known, corrected = await store(
        tenant, member, batch((MORNING, 50)), batch((MORNING, 55), (MORNING + 1000, 60), (MORNING + 2000, 70))
    )

    assert known == (0, 0, 1, (), 0)
    assert corrected == (1, 1, 1, (date(2026, 2, 16),), 0)


async def test_two_writers_of_one_day_lose_nothing(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    parts = [batch(*((MORNING + 1000 * (4 * at + writer), 60 + at) for at in range(50))) for writer in range(4)]

    results = await asyncio.gather(*(store(tenant, member, part) for part in parts))

    assert [result for (result,) in results] == [(50, 0, 0, (date(2026, 2, 16),), 0)] * 4
    (row,) = await chunk_rows(tenant, member)
    assert row[3] == 200
    other = await tenant.add_member()
    await store(tenant, other, *parts)
    assert await chunk_rows(tenant, other) == [row]


async def test_two_writers_with_days_in_opposite_order_do_not_block_each_other(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    days = [batch(*((MORNING + day * DAY_MS + writer, 60) for day in range(20))) for writer in range(2)]
    backwards = days[1].take(slice(None, None, -1))

    async with asyncio.timeout(20):
        await asyncio.gather(store(tenant, member, days[0]), store(tenant, member, backwards))

    assert [row[3] for row in await chunk_rows(tenant, member)] == [2] * 20


async def test_a_member_who_is_gone_stores_nothing(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await store(tenant, member, batch((MORNING, 50)))
    async with tenant.uow() as uow:
        await uow.execute("DELETE FROM member WHERE org_id = $1 AND user_id = $2", tenant.org_id, member)
        await uow.commit()

    with pytest.raises(Unauthorized):
        await store(tenant, member, batch((MORNING + 1, 50)))

    async with tenant.uow() as uow:
        for table in ("sample_chunk", "sample_source", "sample_client_id"):
            assert await uow.fetchval(f"SELECT count(*) FROM {table} WHERE user_id = $1", member) == 0


async def test_one_tenants_samples_are_invisible_to_another(make_org: MakeOrg) -> None:
    acme, globex = await make_org("Acme"), await make_org("Globex")
    member = await acme.add_member()
    await store(acme, member, batch((MORNING, 50)))

    async with globex.uow() as uow:
        assert await uow.fetchval("SELECT count(*) FROM sample_chunk WHERE user_id = $1", member) == 0
        assert await uow.fetchval("SELECT count(*) FROM sample_source WHERE user_id = $1", member) == 0
    with pytest.raises(Unauthorized):
        await store(globex, member, batch((MORNING, 99)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_any_order_any_parts_any_repeats_store_the_same(make_org: MakeOrg, data: st.DataObject) -> None:
    offsets = st.integers(0, 3 * DAY_MS // 60_000).map(lambda minute: MORNING + minute * 60_000)
    samples = data.draw(st.dictionaries(offsets, st.integers(40, 180).map(float), min_size=1, max_size=60))
    items = data.draw(st.permutations(list(samples.items())))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(items)), max_size=4)))
    parts = [items[first:last] for first, last in zip([0, *cuts], [*cuts, len(items)], strict=True)]
    repeated = data.draw(st.lists(st.sampled_from(parts), max_size=3))
    tenant = await make_org()
    at_once, in_parts = await tenant.add_member(), await tenant.add_member()

    await store(tenant, at_once, batch(*sorted(samples.items())))
    await store(tenant, in_parts, *(batch(*part) for part in [*parts, *repeated] if part))

    assert await chunk_rows(tenant, in_parts) == await chunk_rows(tenant, at_once)


async def test_everything_is_exported(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await store(tenant, member, batch((MORNING, 50), (MORNING + DAY_MS, 60), offset=60))
    await store(tenant, member, batch((MORNING, 120), slug="blood_pressure"), source=SampleSource("omron"))

    async with tenant.uow(member) as uow:
        exported = [(name, list(rows)) async for name, rows in personal_data.export(uow)]

    assert [(name, len(rows)) for name, rows in exported] == [
        ("samples/heart_rate", 1),
        ("samples/heart_rate", 1),
        ("samples/blood_pressure", 1),
    ]
    assert exported[0][1][0]["start"].isoformat() == "2026-02-16T07:00:00+01:00"
    assert exported[0][1][0] | {"start": 0, "end": 0} == {
        "start": 0,
        "end": 0,
        "value": 50.0,
        "unit": "bpm",
        "provider": "garmin",
        "device": "Fenix",
    }
    pressure = exported[2][1][0]
    assert (pressure["systolic"], pressure["diastolic"], pressure["device"]) == (120.0, 80.0, None)


async def test_a_value_is_exported_as_it_was_told_too(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    glucose = batch((MORNING, 99.1001), (MORNING + 1, 99), slug="glucose")
    pressure = batch((MORNING, 120), slug="blood_pressure")
    mmol, kpa = place_of(glucose.metric, "mmol/L"), place_of(pressure.metric, "kPa")
    await store(tenant, member, replace(glucose, unit=np.array([mmol, 0], np.int16)))
    await store(tenant, member, replace(pressure, unit=np.array([kpa], np.int16)))

    async with tenant.uow(member) as uow:
        rows = [row async for _, found in personal_data.export(uow) for row in found]

    told = [(row.get("value"), row["unit"], row.get("original_value"), row.get("original_unit")) for row in rows]
    assert sorted(told, key=repr) == [
        (99.0, "mg/dL", None, None),
        (99.1001, "mg/dL", 5.5, "mmol/L"),
        (None, "mmHg", None, "kPa"),
    ]

"""What comes for a closed day is refused item by item, and changes nothing; what comes for any other is taken in."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
import pytest

from healthpartner.domains.metrics.activity import service as activity
from healthpartner.domains.metrics.activity.schemas import IngestActivity
from healthpartner.domains.metrics.body import service as body
from healthpartner.domains.metrics.body.schemas import IngestBody
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.sleep import ingest as sleep
from healthpartner.domains.metrics.sleep.schemas import IngestSleep
from healthpartner.domains.metrics.timeseries import service as timeseries
from healthpartner.domains.metrics.timeseries.schemas import IngestTimeseries
from tests.conftest import MakeOrg
from tests.domains.metrics.retention.cast import (
    PHONE,
    ask,
    chunks,
    day_of_samples,
    days_ago,
    figures,
    follow,
    midnight_ms,
    put,
)
from tests.support.database import Tenant

OLD = days_ago(100)


def walk(day: date, hour: int = 9) -> dict[str, Any]:
    start = f"{day}T{hour:02}:00:00Z"
    return {
        "client_id": f"{day} {hour}",
        "start": start,
        "end": f"{day}T{hour:02}:20:00Z",
        "value": 900,
        "unit": "count",
    }


async def post(tenant: Tenant, member: UUID, *items: dict[str, Any], slug: str = "steps") -> list[ItemResult]:
    async with tenant.uow(member) as uow:
        results = await timeseries.ingest(uow, slug, IngestTimeseries(msgspec.Raw(msgspec.json.encode(items))))
        await uow.commit()
    return results


async def thinned(make_org: MakeOrg) -> tuple[Tenant, UUID]:
    tenant = await make_org()
    member = await tenant.add_member()
    await put(tenant, member, day_of_samples(OLD))
    await ask(tenant, thin_after_days=60)
    await follow(tenant)
    return tenant, member


async def test_items_for_a_thinned_day_are_refused_one_by_one_and_the_others_stored(make_org: MakeOrg) -> None:
    tenant, member = await thinned(make_org)
    before = await figures(tenant, member)

    closed, recent, older = await post(tenant, member, walk(OLD), walk(days_ago(3)), walk(days_ago(300)))

    assert closed.status == "rejected"
    assert isinstance(closed.error, msgspec.Struct)
    assert (closed.error.code, closed.error.field) == ("outside_retention", "start")
    assert (recent.status, older.status) == ("accepted", "accepted")
    assert [row for row in await figures(tenant, member) if row[1] == OLD] == before


async def test_items_refused_for_different_reasons_are_answered_in_their_places(make_org: MakeOrg) -> None:
    tenant, member = await thinned(make_org)
    unsound = walk(days_ago(3)) | {"client_id": "unsound", "value": -1}
    recent, closed = walk(days_ago(3)) | {"client_id": "recent"}, walk(OLD) | {"client_id": "closed"}

    results = await post(tenant, member, unsound, closed, {"client_id": "malformed"}, recent)

    told = [(each.client_id, each.status, getattr(each.error, "code", None)) for each in results]
    assert told == [
        ("unsound", "rejected", "out_of_range"),
        ("closed", "rejected", "outside_retention"),
        ("malformed", "rejected", "required"),
        ("recent", "accepted", None),
    ]


async def test_a_refused_item_is_not_remembered_and_another_metric_of_the_day_is_open(make_org: MakeOrg) -> None:
    tenant, member = await thinned(make_org)
    assert [each.status for each in await post(tenant, member, walk(OLD))] == ["rejected"]

    same_id = walk(OLD) | {"start": f"{days_ago(2)}T09:00:00Z", "end": f"{days_ago(2)}T09:20:00Z"}
    rate = {"client_id": "rate", "start": f"{OLD}T09:00:00Z", "value": 60, "unit": "count/min"}

    assert [each.status for each in await post(tenant, member, same_id)] == ["accepted"]
    assert [each.status for each in await post(tenant, member, rate, slug="heart_rate")] == ["accepted"]


async def test_bulk_data_for_a_thinned_day_is_counted_as_refused(make_org: MakeOrg) -> None:
    tenant, member = await thinned(make_org)
    before = await chunks(tenant, member)

    again, other_source = (
        *await put(tenant, member, day_of_samples(OLD)),
        *await put(tenant, member, day_of_samples(OLD, count=50, seed=2), source=PHONE),
    )

    assert (again.refused, other_source.refused) == (200, 50)
    assert (again.added, again.days) == (0, ())
    assert await chunks(tenant, member) == before


async def test_a_sample_that_reaches_into_a_day_with_a_figure_for_good_is_refused(make_org: MakeOrg) -> None:
    tenant, member = await thinned(make_org)
    before = await figures(tenant, member)
    late = day_of_samples(days_ago(101), count=1)
    late.start_ms[:], late.duration_ms[:] = midnight_ms(OLD) - 60_000, 120_000

    (result,) = await put(tenant, member, late, source=PHONE)

    assert result.refused == 1
    assert await figures(tenant, member) == before


async def test_a_history_that_comes_late_is_taken_in_and_thinned_in_its_turn(
    make_org: MakeOrg,
) -> None:
    tenant, member = await thinned(make_org)

    (result,) = await put(tenant, member, day_of_samples(days_ago(200)))
    assert (result.added, result.refused) == (200, 0)
    assert (await follow(tenant, everyone=False)).members == 0

    swept = await follow(tenant)
    assert swept.counts["samples_thinned"] == 200


async def test_what_is_older_than_what_is_kept_is_refused_whatever_it_is(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await ask(tenant, delete_after_days=90)
    gone, kept = days_ago(91), days_ago(90)

    def raw(*items: dict[str, Any]) -> msgspec.Raw:
        return msgspec.Raw(msgspec.json.encode(items))

    async with tenant.uow(member) as uow:
        steps = await timeseries.ingest(uow, "steps", IngestTimeseries(raw(walk(gone), walk(kept))))
        days = [{"client_id": f"day {day}", "date": str(day), "steps": 9} for day in (gone, kept)]
        totals = await activity.ingest(uow, IngestActivity(raw(*days)))
        weighed = [
            {"client_id": f"kg {day}", "measured_at": f"{day}T07:00:00Z", "weight_kg": 70} for day in (gone, kept)
        ]
        weights = await body.ingest(uow, IngestBody(raw(*weighed)))
        nights = [
            {"client_id": f"night {day}", "date": str(day), "start": f"{day}T01:00:00Z", "end": f"{day}T07:00:00Z"}
            for day in (gone, kept)
        ]
        slept = await sleep.ingest(uow, IngestSleep(raw(*nights)))
        await uow.commit()

    for results in (steps, totals, weights, slept):
        assert [each.status for each in results] == ["rejected", "accepted"]
        assert isinstance(results[0].error, msgspec.Struct)
        assert results[0].error.code == "outside_retention"


async def test_figures_of_thinned_days_outlive_every_change(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    floating = day_of_samples(OLD)
    floating.offset_minutes[:] = -32768
    await put(tenant, member, floating)
    await put(tenant, member, day_of_samples(OLD, seed=2), source=PHONE)
    await ask(tenant, thin_after_days=60)
    await follow(tenant)
    before = await figures(tenant, member)

    async with tenant.uow(member) as uow:
        await uow.execute(
            "UPDATE member SET profile = jsonb_set(profile, '{timezone}', '\"Asia/Tokyo\"') WHERE user_id = $1", member
        )
        await uow.execute("INSERT INTO source_order VALUES ($1, 0, '{apple_health_kit}')", tenant.org_id)
        await samples.recount(uow, 1000)
        await uow.commit()
    await put(tenant, member, day_of_samples(days_ago(98)))

    assert [row for row in await figures(tenant, member) if row[1] == OLD] == before


@pytest.mark.parametrize("writers", [4])
async def test_writers_beside_the_sweep_lose_nothing(make_org: MakeOrg, writers: int) -> None:
    """Each day is either taken in before it is thinned, or refused; nothing is half of both."""
    tenant = await make_org()
    member = await tenant.add_member()
    days = [days_ago(70 + at) for at in range(12)]
    for day in days:
        await put(tenant, member, day_of_samples(day, count=20))
    await ask(tenant, thin_after_days=60)

    async def write(seed: int) -> int:
        stored = [await put(tenant, member, day_of_samples(day, "heart_rate", 20, seed)) for day in days]
        stored += [await put(tenant, member, day_of_samples(day, count=20, seed=seed), source=PHONE) for day in days]
        return sum(result.refused for (result,) in stored)

    await asyncio.gather(follow(tenant), *(write(seed) for seed in range(2, 2 + writers)))
    await follow(tenant)

    held = await chunks(tenant, member)
    assert all(row[6] == 60 for row in held)
    rates = [row for row in held if row[0] == 101]
    assert len(rates) == len(days)
    assert np.array([row[3] for row in rates]).min() >= 1


async def test_the_partners_ids_of_thinned_samples_are_forgotten_and_others_kept(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    names = ["walk-001", "walk-002", "8b5d", "a walk"]
    old = [walk(OLD, hour) | {"client_id": f"old {name}"} for hour, name in enumerate(names)]
    new = [walk(days_ago(5), hour) | {"client_id": f"old {name}"} for hour, name in enumerate(names, 6)]
    kept = [walk(days_ago(4), hour) | {"client_id": f"new {name}"} for hour, name in enumerate(names)]
    await post(tenant, member, *old, *kept)
    await ask(tenant, thin_after_days=60)

    dry = await follow(tenant, dry=True)
    swept = await follow(tenant)

    assert swept.counts["client_ids_deleted"] == dry.counts["client_ids_deleted"] == 4
    assert [each.status for each in await post(tenant, member, *kept)] == ["duplicate"] * 4
    assert [each.status for each in await post(tenant, member, *old)] == ["rejected"] * 4
    assert [each.status for each in await post(tenant, member, *new)] == ["accepted"] * 4

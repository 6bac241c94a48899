"""A policy is followed: what it asks for is gone, what it does not is as it was."""

from typing import Any

import pytest

from healthpartner.canonical.metrics import METRICS
from healthpartner.domains.metrics.timeseries.schemas import Granularity
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

OLD, OLDER, OLDEST = days_ago(100), days_ago(400), days_ago(4000)
TIERS = {"thin_after_days": 60, "span": "one_hour", "daily_after_days": 365, "delete_after_days": 3650}


def told(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [(row.start, row.end, round(row.value, 4), row.samples, row.provider) for row in rows]


@pytest.mark.parametrize("slug", ["steps", "heart_rate", "distance_cycling", "respiratory_rate"])
async def test_a_thinned_day_answers_hours_and_days_as_before(make_org: MakeOrg, slug: str) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await put(tenant, member, day_of_samples(OLD, slug))
    await put(tenant, member, day_of_samples(OLD, slug, 300, seed=2), source=PHONE)
    widths: list[Granularity] = ["one_hour", "one_day"]
    before = {each: told(await series(tenant, member, slug, OLD, each)) for each in widths}
    kept = await figures(tenant, member)
    await ask(tenant, thin_after_days=60)

    swept = await follow(tenant)

    assert swept.counts["samples_thinned"] == 500
    assert {each: told(await series(tenant, member, slug, OLD, each)) for each in before} == before
    assert await figures(tenant, member) == kept
    assert all(row[6] == 60 and row[3] <= 24 for row in await chunks(tenant, member))


async def test_each_age_has_its_tier_and_the_newest_days_stay_in_full(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    for day in (days_ago(10), OLD, OLDER, OLDEST):
        await put(tenant, member, day_of_samples(day, "heart_rate"))
    new = [row for row in await chunks(tenant, member) if row[1] == days_ago(10)]
    await ask(tenant, **TIERS)

    await follow(tenant)

    left = {row[1]: row for row in await chunks(tenant, member)}
    assert left.keys() == {days_ago(10), OLD, OLDER}
    assert left[days_ago(10)] == new[0]
    assert (left[OLD][6], left[OLDER][6], left[OLDER][3]) == (60, 1440, 1)
    assert {row[1] for row in await figures(tenant, member)} == {days_ago(10), OLD, OLDER}


async def test_without_a_policy_nothing_happens(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await put(tenant, member, day_of_samples(OLDEST))
    before = await chunks(tenant, member), await figures(tenant, member)

    swept = await follow(tenant)

    assert swept.counts.total() == 0
    assert (await chunks(tenant, member), await figures(tenant, member)) == before


async def test_two_tenants_have_policies_of_their_own(make_org: MakeOrg) -> None:
    acme, globex, initech = await make_org("Acme"), await make_org("Globex"), await make_org("Initech")
    people = [(tenant, await tenant.add_member()) for tenant in (acme, globex, initech)]
    for tenant, member in people:
        await put(tenant, member, day_of_samples(OLD))
    untouched = await chunks(*people[2])
    await ask(acme, thin_after_days=60, span="five_minute")
    await ask(globex, delete_after_days=90)

    for tenant, _ in people:
        await follow(tenant)

    assert [row[6] for row in await chunks(*people[0])] == [5]
    assert await chunks(*people[1]) == []
    assert await chunks(*people[2]) == untouched


async def test_single_findings_are_kept_as_they_are_until_they_go(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await put(tenant, member, day_of_samples(OLDER, "weight", 3))
    before = await chunks(tenant, member)
    await ask(tenant, **TIERS)

    await follow(tenant)
    assert await chunks(tenant, member) == before

    await ask(tenant, delete_after_days=300)
    await follow(tenant)
    assert await chunks(tenant, member) == []


async def test_following_again_changes_nothing(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    for day in (OLD, OLDER):
        await put(tenant, member, day_of_samples(day), day_of_samples(day, "heart_rate"))
    await ask(tenant, **TIERS)
    await follow(tenant)
    once = await chunks(tenant, member)

    again = await follow(tenant)

    assert again.counts.total() == 0
    assert await chunks(tenant, member) == once


async def test_a_dry_run_counts_what_is_then_done_and_does_nothing(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    for day in (days_ago(10), OLD, OLDER, OLDEST):
        await put(
            tenant, member, day_of_samples(day), day_of_samples(day, "heart_rate"), day_of_samples(day, "weight", 2)
        )
    before = await chunks(tenant, member), await figures(tenant, member)
    await ask(tenant, **TIERS)

    dry = await follow(tenant, dry=True)

    assert (await chunks(tenant, member), await figures(tenant, member)) == before
    assert dry.counts["samples_deleted"] == 402
    assert dry == await follow(tenant)


async def test_a_wider_span_later_thins_further_and_a_narrower_one_brings_nothing_back(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await put(tenant, member, day_of_samples(OLD))
    before = told(await series(tenant, member, "steps", OLD, "one_hour"))

    for span, minutes in (("five_minute", 5), ("one_hour", 60), ("fifteen_minute", 60)):
        await ask(tenant, thin_after_days=60, span=span)
        await follow(tenant)
        assert [row[6] for row in await chunks(tenant, member)] == [minutes]
        assert told(await series(tenant, member, "steps", OLD, "one_hour")) == before


async def test_raw_rows_of_a_thinned_day_say_how_many_samples_they_stand_for(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    await put(tenant, member, day_of_samples(OLD, "heart_rate"))
    hours = await series(tenant, member, "heart_rate", OLD, "one_hour")
    await ask(tenant, thin_after_days=60)

    await follow(tenant)

    rows = await series(tenant, member, "heart_rate", OLD, "raw")
    assert [(row.start, row.samples) for row in rows] == [(row.start, row.samples) for row in hours]
    assert METRICS["heart_rate"].unit == rows[0].unit
    assert not any(row.sample_id for row in rows)

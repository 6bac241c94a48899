"""Which of several totals of a day counts, and what is said of the others."""

import pytest

from healthpartner.domains.metrics.fusion import service as source_orders
from tests.domains.metrics.activity.cast import PHONE, RING, WATCH, put, put_totals, read
from tests.support.api import Member, Partner


async def prefer(acme: Partner, slug: str | None, *names: str) -> None:
    async with acme.tenant.uow() as uow:
        await source_orders.prefer(uow, slug, names)
        await uow.commit()


@pytest.mark.parametrize("slug", ["resting_heart_rate", None])
async def test_the_tenant_s_own_order_decides_among_totals_of_a_day(
    alice: Member, acme: Partner, slug: str | None
) -> None:
    await put_totals(acme, alice, RING, "resting_heart_rate", 50)
    await put_totals(acme, alice, WATCH, "resting_heart_rate", 60)
    (before,) = await read(alice)

    await prefer(acme, slug, "garmin")

    (row,) = await read(alice, explain=True)
    assert (before["heart_rate"], row["heart_rate"]) == ({"resting": 50}, {"resting": 60})
    assert (before["provider"], row["provider"]) == ("oura", "garmin")
    assert before["sample_id"] != row["sample_id"]
    told = [
        (each["provider"], each["status"], each["counted"], each["reason"])
        for each in row["explain"]["heart_rate.resting"]
    ]
    assert told == [
        ("garmin", "used", 60, "no source has samples of this day"),
        ("oura", "dropped", 0, "a higher source has told a total of this day"),
    ]
    await prefer(acme, slug)
    assert (await read(alice)) == [before]


async def test_an_order_for_a_metric_goes_before_that_for_all(alice: Member, acme: Partner) -> None:
    await put_totals(acme, alice, RING, "resting_heart_rate", 50)
    await put_totals(acme, alice, WATCH, "resting_heart_rate", 60)
    await prefer(acme, "resting_heart_rate", "garmin")
    await prefer(acme, None, "oura")

    assert [row["heart_rate"]["resting"] for row in await read(alice)] == [60]


async def test_a_day_is_known_by_the_source_that_the_tenant_prefers(alice: Member, acme: Partner) -> None:
    await put_totals(acme, alice, PHONE, "floors", 4)
    await put_totals(acme, alice, WATCH, "steps", 4000)
    (before,) = await read(alice)

    await prefer(acme, "floors", "apple_health_kit")

    (row,) = await read(alice)
    assert before["sample_id"] != row["sample_id"]
    assert [row["sample_id"]] == [each["sample_id"] for each in await read(alice, type="floors")]


async def test_an_order_that_names_no_source_of_a_day_leaves_it_as_it_is_known(alice: Member, acme: Partner) -> None:
    await put_totals(acme, alice, RING, "steps", 4000)
    await put_totals(acme, alice, PHONE, "floors", 4)
    (before,) = await read(alice)

    await prefer(acme, "steps", "garmin")

    assert await read(alice) == [before]


async def test_a_total_beside_samples_that_know_more_is_dropped_for_them(alice: Member, acme: Partner) -> None:
    await put(acme, alice, RING, (60, 0, 50), slug="resting_heart_rate")
    await put_totals(acme, alice, WATCH, "resting_heart_rate", 60)

    (row,) = await read(alice, explain=True)

    assert row["heart_rate"] == {"resting": 50}
    assert [(each["status"], each["reason"]) for each in row["explain"]["heart_rate.resting"]] == [
        ("used", "the only source with samples of this day"),
        ("dropped", "samples of this day count before a total of it"),
    ]

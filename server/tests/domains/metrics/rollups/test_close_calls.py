"""Samples that decide on another day than their own: figures are what a fresh computation says all the same."""

import pytest

from healthpartner.canonical.instants import date_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, UNKNOWN_OFFSET
from healthpartner.domains.metrics.fusion.fusing import Order
from healthpartner.domains.metrics.retention.thinned_days import thin_days
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.jobs import recount_stale
from tests.conftest import MakeOrg
from tests.domains.metrics.fusion.strategies import DAY, SOURCES, Sample
from tests.domains.metrics.rollups.test_keeping_current import SUMMED_AND_AVERAGED, figures, fresh, prefer, put

MIDNIGHT, HOUR, TEN_MINUTES = DAY * DAY_MS, 3_600_000, 600_000
PHONE, WATCH = 0, 1

# (which source, what it sends) in order of arrival.
ARRIVALS: dict[str, list[tuple[int, list[Sample]]]] = {
    "a moment in the last minute of a day covers one in the first of the next": [
        (PHONE, [(MIDNIGHT + 10_000, 0, 90.0, 0), (MIDNIGHT + HOUR, 0, 60.0, 0)]),
        (WATCH, [(MIDNIGHT - 30_000, 0, 70.0, 0)]),
    ],
    "a sample of a month lies around the one that tells the clock": [
        (PHONE, [(MIDNIGHT + 20 * HOUR, TEN_MINUTES, 90.0, UNKNOWN_OFFSET)]),
        (WATCH, [(MIDNIGHT - 20 * DAY_MS, 30 * DAY_MS, 70.0, 540)]),
        (WATCH, [(MIDNIGHT - 10 * DAY_MS, TEN_MINUTES, 71.0, 0)]),
    ],
    "a sample longer than a month reaches over one without a clock": [
        (PHONE, [(MIDNIGHT + 20 * HOUR, TEN_MINUTES, 90.0, UNKNOWN_OFFSET)]),
        (WATCH, [(MIDNIGHT - 35 * DAY_MS, 40 * DAY_MS, 70.0, 540)]),
    ],
}


@pytest.mark.parametrize("slug", SUMMED_AND_AVERAGED)
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("what", ARRIVALS)
async def test_whatever_decides_on_a_day_is_followed(
    make_org: MakeOrg, what: str, slug: str, *, backwards: bool
) -> None:
    tenant = await make_org()
    member = await tenant.add_member()

    for place, taken in ARRIVALS[what][:: -1 if backwards else 1]:
        await put(tenant, member, SOURCES[place], taken, slug)

    assert await figures(tenant, member, slug) == await fresh(tenant, member, Order(), slug)


@pytest.mark.parametrize("slug", SUMMED_AND_AVERAGED)
async def test_another_order_is_followed_where_sources_overlap_on_different_days(make_org: MakeOrg, slug: str) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    # One moment on two days, by clocks of which neither yields, for one sample is longer than a day.
    of_phone = [(MIDNIGHT - 4 * HOUR, 30 * HOUR, 64.0, 540), (MIDNIGHT + 10 * HOUR, 0, 99.0, 540)]
    await put(tenant, member, SOURCES[PHONE], of_phone, slug)
    await put(tenant, member, SOURCES[WATCH], [(MIDNIGHT - 3 * HOUR, 2 * HOUR, 71.0, 0)], slug)

    await prefer(tenant, "phone", slug=slug)
    await recount_stale(tenant.database, tenant.clock)

    assert await figures(tenant, member, slug) == await fresh(tenant, member, Order(None, ("phone",)), slug)


async def test_what_a_thinned_day_holds_of_a_long_average_keeps_others_out_for_a_day_only(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    heart_rate, later = METRICS["heart_rate"], MIDNIGHT + 2 * DAY_MS + 10 * HOUR
    await put(tenant, member, SOURCES[PHONE], [(MIDNIGHT + 12 * HOUR, 60 * HOUR, 64.0, 0)], "heart_rate")
    await put(tenant, member, SOURCES[WATCH], [(later, 0, 71.0, 0)], "heart_rate")
    async with tenant.uow(member) as uow:
        await samples.claim(uow, None, [])
        await thin_days(uow, heart_rate, (date_of(DAY), date_of(DAY + 1)), 15, dry=False)
        await uow.commit()

    await put(tenant, member, SOURCES[WATCH], [(later + HOUR, 0, 73.0, 0)], "heart_rate")

    assert [row[:2] for row in await figures(tenant, member, "heart_rate")] == [(DAY, 64.0), (DAY + 2, 72.0)]

"""Daily figures are what a fresh computation from all samples says, whatever came in which order."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.instants import day_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleSource, SourcedBatch, concat
from healthpartner.core.errors import NotFound, ValidationFailed
from healthpartner.domains.metrics.fusion import service as source_orders
from healthpartner.domains.metrics.fusion.fusing import Order
from healthpartner.domains.metrics.rollups import rules
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.jobs import recount_stale
from healthpartner.domains.users import service as users
from healthpartner.domains.users.schemas import UpdateProfile
from tests.conftest import MakeOrg
from tests.domains.metrics.fusion.strategies import DAY, SOURCES, Sample, batch_of, sample_lists
from tests.support.database import Tenant
from tests.support.figure_months import differences

DISTANCE_KINDS = st.sampled_from(["distance", "distance_walking_running", "distance_cycling"])
SUMMED_AND_AVERAGED = ["steps", "heart_rate"]
SUMMED_OR_AVERAGED = st.sampled_from(SUMMED_AND_AVERAGED)
ANY_DAY = (DAY - 100, DAY + 100)
examples = settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def put(tenant: Tenant, member: UUID, source: SampleSource, taken: list[Sample], slug: str = "steps") -> None:
    async with tenant.uow(member) as uow:
        await samples.store(uow, source, batch_of(taken, slug))
        await uow.commit()


async def figures(tenant: Tenant, member: UUID, slug: str = "steps") -> list[tuple[Any, ...]]:
    """As they are stored, by day and by month; sources by name, for their ids tell in which order they came."""
    async with tenant.uow(member) as uow:
        rows = await uow.fetch(
            "SELECT f.day, f.value, f.minimum, f.maximum, f.samples, f.contested, f.floating, f.stale, "
            "ARRAY(SELECT provider || device FROM sample_source s WHERE s.user_id = f.user_id "
            "AND s.source_id = ANY (f.sources) ORDER BY 1) AS names FROM daily_figure f "
            "WHERE f.user_id = $1 AND f.metric = $2 ORDER BY f.day",
            member,
            METRICS[slug].code,
        )
        assert await differences(uow, member) == []
    return [(day_of(row["day"]), *row.values())[:1] + tuple(row.values())[1:] for row in rows]


async def fresh(tenant: Tenant, member: UUID, order: Order, slug: str = "steps") -> list[tuple[Any, ...]]:
    """The same from every sample of the member."""
    target = METRICS[slug]
    codes = rules.MEMBERS[target.code]
    parts: dict[int, list[Any]] = {}
    async with tenant.uow(member) as uow:
        async for chunk in samples.every_chunk(uow):
            if chunk.batch.metric.code in codes:
                parts.setdefault(chunk.source_id, []).append(chunk)
    series = []
    for source_id, chunks in parts.items():
        batch = concat([replace(chunk.batch, metric=target) for chunk in chunks])
        series.append(SourcedBatch(source_id, chunks[0].source, batch.take(batch.start_ms.argsort(kind="stable"))))
    names = {each.source_id: each.source.provider + (each.source.device or "") for each in series}
    return [
        (each.day, *each[1:5], each.contested, each.floating, False, sorted(names[at] for at in each.sources))
        for each in rules.figures(target, series, order, *ANY_DAY)
    ]


@examples
@given(SUMMED_OR_AVERAGED, st.data())
async def test_any_order_and_any_parts_give_the_same_figures_as_all_at_once(
    make_org: MakeOrg, slug: str, data: st.DataObject
) -> None:
    lists = data.draw(st.lists(sample_lists(), min_size=1, max_size=4))
    calls = [(place, taken) for place, each in enumerate(lists) for taken in _cut(data, each)]
    calls = data.draw(st.permutations(calls)) + data.draw(st.lists(st.sampled_from(calls), max_size=2))
    tenant = await make_org()
    at_once, in_parts = await tenant.add_member(), await tenant.add_member()

    for place, each in enumerate(lists):
        await put(tenant, at_once, SOURCES[place], each, slug)
    for place, taken in calls:
        await put(tenant, in_parts, SOURCES[place], taken, slug)

    found = await figures(tenant, in_parts, slug)
    assert found == await figures(tenant, at_once, slug) == await fresh(tenant, in_parts, Order(), slug)


def _cut(data: st.DataObject, taken: list[Sample]) -> list[list[Sample]]:
    at = data.draw(st.integers(0, len(taken)))
    return [taken[:at], taken[at:]]


@pytest.mark.parametrize("comes_first", [0, 1])
async def test_a_day_has_no_figure_whose_only_samples_another_source_covers(
    make_org: MakeOrg, comes_first: int
) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    midnight = (DAY + 1) * 86_400_000
    taken = [[(midnight + 1_800_000, 0, 71.0, 0)], [(midnight - 3_600_000, 7_200_000, 64.0, 0)]]

    for place in (comes_first, 1 - comes_first):
        await put(tenant, member, SOURCES[place], taken[place], "heart_rate")

    (row,) = await figures(tenant, member, "heart_rate")
    assert (row[0], row[1]) == (DAY, 64.0)
    assert [row] == await fresh(tenant, member, Order(), "heart_rate")


@pytest.mark.parametrize("hours", [20, 40])
@pytest.mark.parametrize("comes_first", [0, 1])
async def test_an_average_follows_what_another_source_measures_on_the_day_after(
    make_org: MakeOrg, comes_first: int, hours: int
) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    hour, noon = 3_600_000, DAY * 86_400_000 + 12 * 3_600_000
    of_phone = [(noon - hour, 0, 90.0, 0), (noon, hours * hour, 60.0, 0)]
    of_watch = [(noon + 15 * hour, hour, 70.0, 0)]
    taken = [of_phone, of_watch]

    for place in (comes_first, 1 - comes_first):
        await put(tenant, member, SOURCES[place], taken[place], "heart_rate")

    assert await figures(tenant, member, "heart_rate") == await fresh(tenant, member, Order(), "heart_rate")

    async with tenant.uow(member) as uow:
        _, ids = await samples.claim(uow, SOURCES[1].provider, [SOURCES[1].device or ""])
        await samples.remove(uow, METRICS["heart_rate"], ids[SOURCES[1].device or ""], of_watch[0][0])
        await uow.commit()

    assert await figures(tenant, member, "heart_rate") == await fresh(tenant, member, Order(), "heart_rate")


@examples
@given(SUMMED_OR_AVERAGED, sample_lists(), sample_lists(), sample_lists(), st.data())
async def test_corrections_and_removals_are_followed(
    make_org: MakeOrg,
    slug: str,
    phone: list[Sample],
    watch: list[Sample],
    corrected: list[Sample],
    data: st.DataObject,
) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    corrections = [(old[0], *new[1:]) for old, new in zip(watch, corrected, strict=False)]
    await put(tenant, member, SOURCES[0], phone, slug)
    await put(tenant, member, SOURCES[1], watch, slug)
    await put(tenant, member, SOURCES[1], corrections, slug)
    for start, *_ in data.draw(st.lists(st.sampled_from(watch), unique=True)) if watch else []:
        async with tenant.uow(member) as uow:
            _, ids = await samples.claim(uow, SOURCES[1].provider, [SOURCES[1].device or ""])
            assert await samples.remove(uow, METRICS[slug], ids[SOURCES[1].device or ""], start)
            await uow.commit()

    assert await figures(tenant, member, slug) == await fresh(tenant, member, Order(), slug)


@settings(examples, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 1), DISTANCE_KINDS, sample_lists(largest=6)), min_size=1, max_size=5))
async def test_what_comes_together_counts_as_if_it_had_come_one_by_one(
    make_org: MakeOrg, arriving: list[tuple[int, str, list[Sample]]]
) -> None:
    tenant = await make_org()
    together, one_by_one = await tenant.add_member(), await tenant.add_member()
    batches = [(SOURCES[place], batch_of(taken, slug)) for place, slug, taken in arriving]

    async with tenant.uow(together) as uow:
        at_once = await samples.store_many(uow, batches)
        await uow.commit()
    in_turn = []
    for each in batches:
        async with tenant.uow(one_by_one) as uow:
            in_turn.append(await samples.store(uow, *each))
            await uow.commit()

    assert at_once == in_turn
    found = await figures(tenant, together, "distance")
    assert found == await figures(tenant, one_by_one, "distance") == await fresh(tenant, together, Order(), "distance")


@settings(examples, max_examples=200)
@given(sample_lists(one_clock=True), st.data())
async def test_a_source_of_one_clock_that_is_alone_is_counted_by_its_own_days(
    make_org: MakeOrg, taken: list[Sample], data: st.DataObject
) -> None:
    tenant = await make_org()
    member = await tenant.add_member()

    for each in data.draw(st.permutations(taken)):
        await put(tenant, member, SOURCES[0], [each])

    assert await figures(tenant, member) == await fresh(tenant, member, Order())


async def test_distances_of_any_kind_are_one_distance(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    start = DAY * 86_400_000
    await put(tenant, member, SOURCES[0], [(start, 600_000, 1000.0, 0)], "distance_walking_running")
    await put(tenant, member, SOURCES[0], [(start + 3_600_000, 600_000, 5000.0, 0)], "distance_cycling")
    await put(tenant, member, SOURCES[1], [(start, 600_000, 900.0, 0)], "distance")

    (row,) = await figures(tenant, member, "distance")

    assert (row[0], row[1]) == (DAY, 6000.0)
    assert [row] == await fresh(tenant, member, Order(), "distance")


ZONES = st.sampled_from([None, "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"])


async def set_clock(tenant: Tenant, member: UUID, zone: str | None) -> None:
    async with tenant.uow(member) as uow:
        await users.update(uow, UpdateProfile(timezone=zone))
        await uow.commit()


async def prefer(tenant: Tenant, *names: str, slug: str = "steps") -> None:
    async with tenant.uow() as uow:
        await source_orders.prefer(uow, slug, names)
        await uow.commit()


@examples
@given(SUMMED_OR_AVERAGED, st.data(), ZONES, ZONES, st.permutations(["watch", "phone", "partner"]))
async def test_another_clock_and_another_order_are_followed(
    make_org: MakeOrg, slug: str, data: st.DataObject, before: str | None, after: str | None, names: list[str]
) -> None:
    lists = data.draw(st.lists(sample_lists(), min_size=1, max_size=4))
    tenant = await make_org()
    member = await tenant.add_member()
    await set_clock(tenant, member, before)
    for place, each in enumerate(lists):
        await put(tenant, member, SOURCES[place], each, slug)

    await set_clock(tenant, member, after)
    await prefer(tenant, *names, slug=slug)
    await recount_stale(tenant.database, tenant.clock)

    assert await figures(tenant, member, slug) == await fresh(tenant, member, Order(after, tuple(names)), slug)


async def test_another_order_is_followed_where_one_source_reaches_into_the_day_of_another(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    midnight = (DAY + 1) * 86_400_000
    await put(tenant, member, SOURCES[0], [(midnight + 1_800_000, 0, 71.0, 0)], "heart_rate")
    await put(tenant, member, SOURCES[1], [(midnight - 3_600_000, 7_200_000, 64.0, 0)], "heart_rate")

    await prefer(tenant, "phone", slug="heart_rate")
    await recount_stale(tenant.database, tenant.clock)

    found = await figures(tenant, member, "heart_rate")
    assert [row[:2] for row in found] == [(DAY, 64.0), (DAY + 1, 71.0)]
    assert found == await fresh(tenant, member, Order(None, ("phone",)), "heart_rate")


async def test_who_says_that_a_figure_is_stale_writes_no_month(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    start = DAY * 86_400_000
    for place in (0, 1):
        await put(tenant, member, SOURCES[place], [(start, 600_000, 500.0 + place, 0)])
    written = "SELECT m.xmin::text, f.stale FROM figure_month m JOIN daily_figure f USING (user_id, metric)"
    async with tenant.uow(member) as uow:
        ((before, _),) = await uow.fetch(written)

    await prefer(tenant, "phone")

    async with tenant.uow(member) as uow:
        ((after, stale),) = await uow.fetch(written)
    assert (after, stale) == (before, True)


async def test_the_order_of_one_tenant_is_not_that_of_another(make_org: MakeOrg) -> None:
    acme, globex = await make_org("Acme"), await make_org("Globex")
    start = DAY * 86_400_000
    for tenant in (acme, globex):
        member = await tenant.add_member()
        await prefer(acme, "phone")
        await put(tenant, member, SOURCES[0], [(start, 600_000, 500.0, 0)])
        await put(tenant, member, SOURCES[1], [(start, 1_200_000, 800.0, 0)])

        ((_, value, *_),) = await figures(tenant, member)

        assert value == (900.0 if tenant is acme else 800.0)


async def test_an_unknown_metric_has_no_order(make_org: MakeOrg) -> None:
    tenant = await make_org()

    async with tenant.uow() as uow:
        with pytest.raises(NotFound):
            await source_orders.prefer(uow, "charisma", ["watch"])
        with pytest.raises(ValidationFailed):
            await source_orders.prefer(uow, "steps", ["x" * 201])

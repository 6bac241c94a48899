"""Whatever a member's devices have told: thinned days answer as before, and take in nothing of it again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.core.clock import SettableClock
from healthpartner.core.pagination import PageRequest
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import WIDTHS
from healthpartner.domains.metrics.timeseries import service as timeseries
from healthpartner.domains.metrics.timeseries.window import query
from tests.conftest import MakeOrg
from tests.domains.metrics.fusion.strategies import SOURCES, Sample, batch_of, sample_lists
from tests.domains.metrics.retention.cast import ask, chunks, figures, follow
from tests.support.database import Tenant

LATER = datetime(2026, 9, 1, tzinfo=UTC)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
ZONES = st.sampled_from([None, "America/New_York", "Australia/Eucla"])
NAMES = list(WIDTHS)


async def rows(tenant: Tenant, member: UUID, slug: str, granularity: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for start in (FIRST + timedelta(days=30 * at) for at in range(3)):
        wanted = query(start, min(start + timedelta(days=30), LAST), granularity, None, PageRequest(1000, 0, None))
        async with tenant.uow(member) as uow:
            told, page = await timeseries.read(uow, slug, wanted)
        assert page.total == len(told)
        # Where a day has several clocks, any of them may say when it begins.
        found += [(row.date or row.start, row.provider, row.samples, row.value) for row in told]
    return found


def same(told: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> None:
    assert [each[:3] for each in told] == [each[:3] for each in expected]
    assert [each[3] for each in told] == pytest.approx([each[3] for each in expected], abs=1e-4)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lists=st.lists(sample_lists(), min_size=1, max_size=3),
    slug=st.sampled_from(["steps", "heart_rate", "distance_cycling", "respiratory_rate"]),
    zone=ZONES,
    span=st.integers(0, 2),
    days_only=st.booleans(),
)
async def test_any_days_answer_as_before_and_are_closed(
    make_org: MakeOrg, lists: list[list[Sample]], slug: str, zone: str | None, *, span: int, days_only: bool
) -> None:
    tenant = replace(await make_org(), clock=SettableClock(LATER))
    member = await tenant.add_member()
    async with tenant.uow(member) as uow:
        if zone is not None:
            await uow.execute(
                "UPDATE member SET profile = jsonb_build_object('timezone', $2::text) WHERE user_id = $1", member, zone
            )
        arriving = [(SOURCES[place], batch_of(taken, slug)) for place, taken in enumerate(lists)]
        await samples.store_many(uow, arriving)
        await uow.commit()
    widths = ["one_day"] if days_only else NAMES[span:]
    before = {width: await rows(tenant, member, slug, width) for width in widths}
    kept = await figures(tenant, member)
    await ask(tenant, **({"daily_after_days": 60} if days_only else {"thin_after_days": 60, "span": NAMES[span]}))

    await follow(tenant)

    for width in widths:
        same(await rows(tenant, member, slug, width), before[width])
    assert await figures(tenant, member) == kept
    thinned = await chunks(tenant, member)
    async with tenant.uow(member) as uow:
        await samples.store_many(uow, arriving)
        await uow.commit()
    # What was covered whole may have left its day empty, and so open; it is covered still.
    for width in widths:
        same(await rows(tenant, member, slug, width), before[width])
    await follow(tenant)
    assert await chunks(tenant, member) == thinned
    assert await figures(tenant, member) == kept

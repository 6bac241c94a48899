"""Whatever is sent, taken back, thinned and deleted in whatever order: packed in between or not, it comes to the same."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.metrics import METRICS
from healthpartner.core.clock import SettableClock
from healthpartner.domains.metrics.samples import service as samples
from tests.conftest import MakeOrg
from tests.domains.metrics.packing.cast import days_from, pack, read_of, sparse_day
from tests.domains.metrics.retention.cast import PHONE, WATCH, ask, chunks, figures, follow, put
from tests.support.database import Tenant

LATER = datetime(2026, 9, 1, tzinfo=UTC)
FIRST = date(2025, 10, 20)
DAYS = st.integers(0, 45).map(lambda at: days_from(FIRST, at + 1)[-1])
SLUGS = st.sampled_from(["weight", "respiratory_rate", "steps"])
POLICIES = (
    {"thin_after_days": 300, "span": "one_hour"},
    {"thin_after_days": 300, "span": "one_hour", "daily_after_days": 310},
    {"thin_after_days": 280, "daily_after_days": 290, "delete_after_days": 305},
)

sends = st.tuples(st.just("send"), st.sets(DAYS, min_size=1, max_size=12), SLUGS, st.integers(1, 3), st.booleans())
removals = st.tuples(st.just("remove"), DAYS, SLUGS, st.integers(1, 3), st.booleans())
policies = st.tuples(st.just("follow"), st.sampled_from(POLICIES))
histories = st.lists(st.one_of(sends, sends, removals, policies), min_size=2, max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories, st.lists(st.booleans(), min_size=6, max_size=6))
async def test_packed_in_between_or_not_it_comes_to_the_same(
    make_org: MakeOrg, history: list[Any], packs: list[bool]
) -> None:
    never, packed = [replace(await make_org(), clock=SettableClock(LATER)) for _ in range(2)]
    one, other = await never.add_member(), await packed.add_member()

    for step, packs_now in zip(history, packs, strict=False):
        assert await done(packed, other, step) == await done(never, one, step)
        if packs_now:
            await pack(packed)
        assert await told(packed, other) == await told(never, one)


async def told(tenant: Tenant, member: UUID) -> Any:
    return await read_of(tenant, member, ("weight", "steps")), [row[:6] for row in await figures(tenant, member)]


async def done(tenant: Tenant, member: UUID, step: Any) -> Any:
    if step[0] == "follow":
        await ask(tenant, **step[1])
        before = [row[:2] for row in await chunks(tenant, member)]
        dry = (await follow(tenant, dry=True)).counts
        assert [row[:2] for row in await chunks(tenant, member)] == before
        swept = (await follow(tenant)).counts
        return dry, swept
    _, days, slug, seed, from_phone = step
    source = PHONE if from_phone else WATCH
    if step[0] == "send":
        batches = [sparse_day(day, slug, 3, seed) for day in sorted(days)]
        return [tuple(result) for result in await put(tenant, member, *batches, source=source)]
    start_ms = int(sparse_day(days, slug, 3, seed).start_ms[1])
    async with tenant.uow(member) as uow:
        _, ids = await samples.claim(uow, source.provider, [source.device or ""])
        removed = await samples.remove(uow, METRICS[slug], ids[source.device or ""], start_ms)
        await uow.commit()
    return removed

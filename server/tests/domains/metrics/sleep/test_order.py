"""Sleep that comes in any order, in any parts, any part again, or again after it was taken back, is the same sleep."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepSession
from healthpartner.core.pagination import PageRequest
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.sleep import reading, service, store
from healthpartner.domains.metrics.sleep.reading import SleepQuery
from tests.conftest import MakeOrg
from tests.domains.metrics.sessions.batches import in_batches
from tests.domains.metrics.sleep.strategies import NOON, SOURCES, told
from tests.support.database import Tenant

FIRST = datetime.fromtimestamp(NOON / 1000, UTC).date()
PARTNER = SampleSource("partner:acme")
WINDOW = DayWindow(FIRST - timedelta(3), FIRST + timedelta(9))

Told = tuple[int, SleepSession]


async def send(
    tenant: Tenant, member: UUID, parts: Sequence[Sequence[Told]], sources: Sequence[SampleSource] = SOURCES
) -> None:
    for part in parts:
        async with tenant.uow(member) as uow:
            for number, source in enumerate(sources):
                own = [session for of, session in part if of == number]
                if own:
                    await service.store(uow, source, own)
            await uow.commit()


async def state(tenant: Tenant, member: UUID) -> tuple[list[Any], list[Any]]:
    """(what is stored, what is read), without ids that are minted."""
    async with tenant.uow(member) as uow:
        stored = await uow.fetch(
            "SELECT provider, device, identity, start_at, end_at, offset_minutes, day, is_nap, figures, stages "
            "FROM sleep_session JOIN sample_source USING (org_id, user_id, source_id) WHERE user_id = $1 ORDER BY 1, 2, 3",
            member,
        )
        wanted = SleepQuery(WINDOW, None, explain=True, page=PageRequest(100))
        rows, _ = await reading.summaries(uow, wanted)
        streams, _ = await reading.streams(uow, wanted)
    names = {use.sample_id: f"{use.provider} {use.start} {use.end}" for row in rows for use in row.explain or ()}
    read = [_named(msgspec.to_builtins(row), names) for row in (*rows, *streams)]
    return [tuple(row) for row in stored], read


def _named(value: Any, names: dict[UUID, str]) -> Any:
    if isinstance(value, dict):
        return {key: _named(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    return next((name for sample_id, name in names.items() if str(sample_id) == value), value)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_any_order_any_parts_any_repeats_are_the_same_sleep(make_org: MakeOrg, data: st.DataObject) -> None:
    items = [(each.source_id, each.session) for each in data.draw(told())]
    mixed = data.draw(st.permutations([*items, *data.draw(st.lists(st.sampled_from(items), max_size=5))]))
    parts = in_batches(data, mixed)
    tenant = await make_org()
    at_once, in_parts = await tenant.add_member(), await tenant.add_member()

    await send(tenant, at_once, [items])
    await send(tenant, in_parts, parts)

    assert await state(tenant, in_parts) == await state(tenant, at_once)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_what_is_taken_back_and_sent_again_is_the_same_sleep(make_org: MakeOrg, data: st.DataObject) -> None:
    items = [(each.source_id, each.session) for each in data.draw(told())]
    tenant = await make_org()
    member = await tenant.add_member()
    await send(tenant, member, [items])
    before = await state(tenant, member)

    async with tenant.uow(member) as uow:
        rows = await uow.fetch("SELECT sample_id FROM sleep_session WHERE user_id = $1", member)
        for row in data.draw(st.lists(st.sampled_from([row["sample_id"] for row in rows]), unique=True)):
            await store.delete(uow, row)
        await uow.commit()
    await send(tenant, member, [items])

    assert await state(tenant, member) == before


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_the_last_of_one_start_is_all_that_counts_whatever_the_batches(
    make_org: MakeOrg, data: st.DataObject
) -> None:
    drawn = [each for each in data.draw(told()) if each.source_id == 0]
    assume(drawn)
    start_ms = drawn[0].session.start_ms
    items = [(0, _again(each.session, start_ms, str(number))) for number, each in enumerate(drawn)]
    items = data.draw(st.permutations(items))
    repeats = data.draw(st.lists(st.sampled_from(items), max_size=3))
    parts = in_batches(data, items)
    tenant = await make_org()
    all_of_them, last_alone = await tenant.add_member(), await tenant.add_member()

    await send(tenant, all_of_them, [*parts, repeats], [PARTNER])
    await send(tenant, last_alone, [items[-1:]], [PARTNER])

    assert await shown(tenant, all_of_them) == await shown(tenant, last_alone)


def _again(each: SleepSession, start_ms: int, name: str) -> SleepSession:
    """At that start, without intervals, with an id."""
    length = each.end_ms - each.start_ms
    return msgspec.structs.replace(each, start_ms=start_ms, end_ms=start_ms + length, stages=(), external_id=name)


async def shown(tenant: Tenant, member: UUID) -> list[Any]:
    """All but the ids that are made of those of sources."""
    async with tenant.uow(member) as uow:
        rows, _ = await reading.summaries(uow, SleepQuery(WINDOW, None, explain=False, page=PageRequest(100)))
    return [msgspec.structs.replace(row, sample_id=UUID(int=0)) for row in rows]

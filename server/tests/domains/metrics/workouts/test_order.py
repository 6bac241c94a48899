"""What holds for workouts, whatever their sources say and in whatever order they come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.workouts import Workout
from healthpartner.core.pagination import PageRequest
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.sessions.spans import Covered
from healthpartner.domains.metrics.workouts import merged, reading, service, store
from healthpartner.domains.metrics.workouts.copies import Session, StoredWorkout, sessions
from healthpartner.domains.metrics.workouts.reading import WorkoutQuery
from tests.conftest import MakeOrg
from tests.domains.metrics.sessions.batches import in_batches
from tests.domains.metrics.workouts.strategies import NOON, SOURCES, told
from tests.support.database import Tenant

FIRST = datetime.fromtimestamp(NOON / 1000, UTC).date()
PARTNER = SampleSource("partner:acme")
WINDOW = DayWindow(FIRST - timedelta(3), FIRST + timedelta(9))

Workouts = list[StoredWorkout]
Told = tuple[int, Workout]


def union(workouts: Workouts) -> int:
    return Covered(each.span for each in workouts).overlap((0, 1 << 50))


@given(told())
def test_every_workout_is_in_one_session(workouts: Workouts) -> None:
    found = [each.sample_id for session in sessions(workouts) for each in _of(session)]

    assert sorted(found) == sorted(each.sample_id for each in workouts)


@given(told())
def test_no_moment_counts_twice(workouts: Workouts) -> None:
    found = sessions(workouts)

    assert sum(session.counted_ms for session in found) == union([session.chief for session in found])
    assert all(session.counted_ms > 0 for session in found)


@given(told())
def test_what_counts_lies_between_half_of_the_largest_source_and_the_sum(workouts: Workouts) -> None:
    """A copy may end a little later than the session that it is a copy of, but never by as much as it shares."""
    single = [union([each for each in workouts if each.source_id == number]) for number in range(len(SOURCES))]
    counted = sum(session.counted_ms for session in sessions(workouts))

    assert max(single) / 2 <= counted <= sum(single)


@given(told(), st.randoms(use_true_random=False))
def test_the_order_in_which_workouts_come_does_not_matter(workouts: Workouts, random: Random) -> None:
    mixed = list(workouts)
    random.shuffle(mixed)

    assert [_facts(each) for each in sessions(mixed)] == [_facts(each) for each in sessions(workouts)]


async def send(
    tenant: Tenant, member: UUID, parts: Sequence[Sequence[Told]], sources: Sequence[SampleSource] = SOURCES
) -> None:
    for part in parts:
        async with tenant.uow(member) as uow:
            for number, source in enumerate(sources):
                own = [workout for of, workout in part if of == number]
                if own:
                    await service.store(uow, source, own)
            await uow.commit()


async def state(tenant: Tenant, member: UUID) -> tuple[list[Any], list[Any]]:
    """(what is stored, what is read), without ids that are minted."""
    async with tenant.uow(member) as uow:
        held = await uow.fetch(
            "SELECT provider, device, identity, start_at, end_at, offset_minutes, sport, figures, segments "
            "FROM workout JOIN sample_source USING (org_id, user_id, source_id) WHERE user_id = $1 ORDER BY 1, 2, 3",
            member,
        )
        wanted = WorkoutQuery(WINDOW, None, None, explain=True, page=PageRequest(100))
        rows, _ = await reading.summaries(uow, wanted)
    read = [
        (
            row.provider,
            row.providers,
            row.date,
            row.start,
            row.duration_seconds,
            row.sport,
            row.distance_meters,
            row.active_calories,
            [(use.provider, use.device, use.start, use.end, use.reason) for use in row.explain or ()],
        )
        for row in rows
    ]
    return [tuple(row) for row in held], sorted(read, key=str)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_any_order_any_parts_any_repeats_are_the_same_workouts(make_org: MakeOrg, data: st.DataObject) -> None:
    items = [(each.source_id, each.workout) for each in data.draw(told())]
    mixed = data.draw(st.permutations([*items, *data.draw(st.lists(st.sampled_from(items), max_size=5))]))
    parts = in_batches(data, mixed)
    tenant = await make_org()
    at_once, in_parts = await tenant.add_member(), await tenant.add_member()

    await send(tenant, at_once, [items])
    await send(tenant, in_parts, parts)

    assert await state(tenant, in_parts) == await state(tenant, at_once)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_what_is_taken_back_and_sent_again_is_the_same(make_org: MakeOrg, data: st.DataObject) -> None:
    items = [(each.source_id, each.workout) for each in data.draw(told())]
    tenant = await make_org()
    member = await tenant.add_member()
    await send(tenant, member, [items])
    before = await state(tenant, member)

    async with tenant.uow(member) as uow:
        rows = await uow.fetch("SELECT sample_id FROM workout WHERE user_id = $1", member)
        for sample_id in data.draw(st.lists(st.sampled_from([row["sample_id"] for row in rows]), unique=True)):
            await store.delete(uow, sample_id)
        await uow.commit()
    await send(tenant, member, [items])

    assert await state(tenant, member) == before


def _of(session: Session) -> Workouts:
    return [session.chief, *(each.stored for each in session.members)]


def _facts(session: Session) -> tuple[object, ...]:
    members = [(each.stored.sample_id, each.reason) for each in session.members]
    return session.chief.sample_id, session.counted_ms, members, merged.figures(session), merged.segments(session)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_the_last_of_one_start_is_all_that_counts_whatever_the_batches(
    make_org: MakeOrg, data: st.DataObject
) -> None:
    drawn = [each for each in data.draw(told()) if each.source_id == 0]
    assume(drawn)
    start_ms = drawn[0].workout.start_ms
    items = [(0, _again(each.workout, start_ms, str(number))) for number, each in enumerate(drawn)]
    items = data.draw(st.permutations(items))
    repeats = data.draw(st.lists(st.sampled_from(items), max_size=3))
    parts = in_batches(data, items)
    tenant = await make_org()
    all_of_them, last_alone = await tenant.add_member(), await tenant.add_member()

    await send(tenant, all_of_them, [*parts, repeats], [PARTNER])
    await send(tenant, last_alone, [items[-1:]], [PARTNER])

    assert await shown(tenant, all_of_them) == await shown(tenant, last_alone)


def _again(each: Workout, start_ms: int, name: str) -> Workout:
    """At that start, one sport, with an id."""
    length = each.end_ms - each.start_ms
    return msgspec.structs.replace(each, start_ms=start_ms, end_ms=start_ms + length, sport="running", external_id=name)


async def shown(tenant: Tenant, member: UUID) -> list[Any]:
    """All but the ids that are made of those of sources."""
    async with tenant.uow(member) as uow:
        rows, _ = await reading.summaries(uow, WorkoutQuery(WINDOW, None, None, explain=False, page=PageRequest(100)))
    return [msgspec.structs.replace(row, sample_id=UUID(int=0)) for row in rows]

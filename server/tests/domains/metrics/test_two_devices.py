"""A year with two devices is true to the second and the metre, on every day, in whatever order it came."""

from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.core.pagination import PageRequest, decode_cursor
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.sleep import reading as nights
from healthpartner.domains.metrics.sleep import service as sleep
from healthpartner.domains.metrics.sleep.reading import SleepQuery
from healthpartner.domains.metrics.workouts import reading as sessions
from healthpartner.domains.metrics.workouts import service as workouts
from healthpartner.domains.metrics.workouts.reading import WorkoutQuery
from tests.conftest import MakeOrg
from tests.support.database import Tenant
from tests.support.two_devices import DAYS, FIRST, Year, batches, year

WATCH, PHONE = SampleSource("apple_health", "Apple Watch"), SampleSource("apple_health", "iPhone")
WINDOW = DayWindow(FIRST - timedelta(2), FIRST + timedelta(DAYS + 2))

Days = dict[date, int]


async def told(tenant: Tenant, life: Year, seed: int) -> Any:
    """A member whose devices have sent everything, in parts and out of order."""
    member, random = await tenant.add_member(), Random(seed)  # noqa: S311 - any order will do
    calls: list[tuple[Any, SampleSource, Any]] = [
        *((sleep.store, WATCH, part) for part in batches(life.watch_sleep, random, 90)),
        *((sleep.store, PHONE, part) for part in batches(life.phone_sleep, random, 90)),
        *((workouts.store, WATCH, part) for part in batches(life.watch_workouts, random, 60)),
        *((workouts.store, PHONE, part) for part in batches(life.phone_workouts, random, 60)),
    ]
    random.shuffle(calls)
    for store, source, part in calls:
        async with tenant.uow(member) as uow:
            await store(uow, source, part)
            await uow.commit()
    return member


async def every_row(tenant: Tenant, member: Any, kind: str) -> list[Any]:
    rows: list[Any] = []
    page = PageRequest(100)
    while True:
        async with tenant.uow(member) as uow:
            if kind == "sleep":
                shown, pagination = await nights.summaries(uow, SleepQuery(WINDOW, None, explain=False, page=page))
            else:
                shown, pagination = await sessions.summaries(  # type: ignore[assignment]
                    uow, WorkoutQuery(WINDOW, None, None, explain=False, page=page)
                )
        rows += shown
        if pagination.next_cursor is None:
            return rows
        page = PageRequest(100, 0, decode_cursor(pagination.next_cursor))


def by_day(rows: list[Any], value: Any) -> Days:
    found: Days = defaultdict(int)
    for row in rows:
        found[row.date] += value(row)
    return dict(found)


@pytest.mark.parametrize("seed", [1, 2])
async def test_sleep_and_workouts_are_exact_on_every_day(make_org: MakeOrg, seed: int) -> None:
    life, tenant = year(seed), await make_org()

    member = await told(tenant, life, seed)

    slept = await every_row(tenant, member, "sleep")
    assert by_day([row for row in slept if not row.is_nap], lambda row: row.duration_seconds) == dict(life.asleep)
    assert by_day([row for row in slept if row.is_nap], lambda row: row.duration_seconds) == dict(life.naps)
    done = await every_row(tenant, member, "workouts")
    assert by_day(done, lambda _: 1) == dict(life.workouts)
    assert by_day(done, lambda row: row.duration_seconds) == dict(life.active)
    assert by_day(done, lambda row: round(row.distance_meters)) == dict(life.distance)


def test_the_year_is_as_eventful_as_it_says() -> None:
    life = year(1)

    assert len(life.asleep) == DAYS - 3
    assert len(life.phone_sleep) - len(life.naps) == DAYS
    assert sum(life.asleep.values()) > DAYS * 4 * 3600
    assert len(life.watch_sleep) > DAYS
    assert {session.offset_minutes for session in life.phone_sleep} >= {-480, -420, 540, 720}
    assert len(life.watch_workouts) + len(life.phone_workouts) > 1.5 * sum(life.workouts.values())

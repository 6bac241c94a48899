"""Workouts in the database: each known once, with its parts and its way."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import numpy as np
import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.workouts import Route, Segment, Workout, WorkoutFigures
from healthpartner.core.errors import Unauthorized
from healthpartner.domains.metrics.samples.service import StoreResult
from healthpartner.domains.metrics.workouts import service, tracks
from tests.conftest import MakeOrg
from tests.support.database import Tenant

WATCH = SampleSource("garmin", "Fenix")
MINUTE = 60_000
START = int(datetime(2026, 3, 13, 23, 30, tzinfo=UTC).timestamp()) * 1000
ROUTE = Route(
    START + np.arange(3, dtype=np.int64) * 1000,
    np.array([48.1, 48.10001, np.nan]),
    np.array([11.5, 11.50003, np.nan]),
    np.array([520.2, 520.4, 521.0]),
)
RUN = Workout(
    START,
    START + 45 * MINUTE,
    "running",
    provider_sport="running/generic",
    offset_minutes=60,
    external_id="w1",
    figures=WorkoutFigures(distance_meters=8000.0, heart_rate_max=171),
    segments=(Segment("lap", START, START + 20 * MINUTE), Segment("lap", START + 20 * MINUTE, START + 45 * MINUTE)),
    route=ROUTE,
)


@dataclass(frozen=True)
class Athlete:
    tenant: Tenant
    user_id: UUID

    async def store(self, *workouts: Workout, source: SampleSource = WATCH) -> StoreResult:
        async with self.tenant.uow(self.user_id) as uow:
            result = await service.store(uow, source, workouts)
            await uow.commit()
        return result

    async def routes(self) -> list[bytes | None]:
        async with self.tenant.uow() as uow:
            rows = await uow.fetch("SELECT route FROM workout WHERE user_id = $1 ORDER BY start_at", self.user_id)
        return [row["route"] for row in rows]


@pytest.fixture
async def athlete(make_org: MakeOrg) -> Athlete:
    tenant = await make_org()
    return Athlete(tenant, await tenant.add_member())


async def test_a_workout_is_stored_once_on_the_local_day_of_its_start(athlete: Athlete) -> None:
    assert await athlete.store(RUN) == (1, 0, 0, (date(2026, 3, 14),), 0)
    assert await athlete.store(RUN, RUN) == (0, 0, 2, (), 0)


async def test_the_same_id_again_corrects_the_workout(athlete: Athlete) -> None:
    await athlete.store(RUN)

    assert (await athlete.store(msgspec.structs.replace(RUN, title="Evening")))[:3] == (0, 1, 0)


async def test_a_copy_without_the_way_does_not_take_it(athlete: Athlete) -> None:
    await athlete.store(RUN)

    assert (await athlete.store(msgspec.structs.replace(RUN, route=None)))[:3] == (0, 0, 1)
    assert (await athlete.store(msgspec.structs.replace(RUN, route=None, title="x")))[:3] == (0, 1, 0)
    assert await athlete.routes() == [tracks.encode(ROUTE)]


async def test_an_older_statement_never_replaces_a_newer_one(athlete: Athlete) -> None:
    await athlete.store(msgspec.structs.replace(RUN, updated_ms=START + MINUTE))

    assert (await athlete.store(msgspec.structs.replace(RUN, title="old", updated_ms=START)))[:3] == (0, 0, 1)


async def test_two_workouts_may_start_at_the_same_instant(athlete: Athlete) -> None:
    other = Workout(START, START + 90 * MINUTE, "yoga")

    assert (await athlete.store(msgspec.structs.replace(RUN, external_id=None), other))[:3] == (2, 0, 0)


async def test_workouts_go_with_their_member_and_no_stranger_sees_or_adds_any(
    athlete: Athlete, make_org: MakeOrg
) -> None:
    await athlete.store(RUN)
    globex = await make_org("Globex")

    assert await replace(athlete, tenant=globex).routes() == []
    with pytest.raises(Unauthorized):
        await replace(athlete, tenant=globex).store(RUN)
    async with athlete.tenant.uow() as uow:
        await uow.execute("DELETE FROM member WHERE user_id = $1", athlete.user_id)
        await uow.commit()
    assert await athlete.routes() == []


def test_the_way_survives_the_bytes() -> None:
    back = tracks.decode(tracks.encode(ROUTE))

    for name in ("start_ms", "latitude", "longitude", "altitude_m"):
        assert np.array_equal(getattr(back, name), getattr(ROUTE, name), equal_nan=name != "start_ms")

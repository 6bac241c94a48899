"""Sleep sessions in the database: each known once, whatever comes how often."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepFigures, SleepSession, SleepStage, StageInterval
from healthpartner.core.errors import Unauthorized
from healthpartner.domains.metrics.samples.service import StoreResult
from healthpartner.domains.metrics.sleep import intervals, service
from tests.conftest import MakeOrg
from tests.support.database import Tenant

WATCH = SampleSource("garmin", "Fenix")
HOUR = 3_600_000
BEDTIME = int(datetime(2026, 3, 13, 22, tzinfo=UTC).timestamp()) * 1000
NIGHT = SleepSession(
    BEDTIME,
    BEDTIME + 8 * HOUR,
    offset_minutes=60,
    stages=(
        StageInterval(SleepStage.light, BEDTIME, BEDTIME + HOUR),
        StageInterval(SleepStage.rem, BEDTIME + 2 * HOUR, BEDTIME + 3 * HOUR),
    ),
    external_id="n1",
    figures=SleepFigures(hrv_ms=61.5),
)


@dataclass(frozen=True)
class Sleeper:
    tenant: Tenant
    user_id: UUID

    async def store(self, *sessions: SleepSession, source: SampleSource = WATCH) -> StoreResult:
        async with self.tenant.uow(self.user_id) as uow:
            result = await service.store(uow, source, sessions)
            await uow.commit()
        return result

    async def count(self) -> int:
        async with self.tenant.uow() as uow:
            held: int = await uow.fetchval("SELECT count(*) FROM sleep_session WHERE user_id = $1", self.user_id)
        return held


@pytest.fixture
async def sleeper(make_org: MakeOrg) -> Sleeper:
    tenant = await make_org()
    return Sleeper(tenant, await tenant.add_member())


async def test_a_session_is_stored_once_on_its_day_of_waking(sleeper: Sleeper) -> None:
    assert await sleeper.store(NIGHT) == (1, 0, 0, (date(2026, 3, 14),), 0)
    assert await sleeper.store(NIGHT, NIGHT) == (0, 0, 2, (), 0)
    assert await sleeper.count() == 1


async def test_the_same_id_again_corrects_the_session_and_names_both_days(sleeper: Sleeper) -> None:
    await sleeper.store(NIGHT)

    later = SleepSession(BEDTIME, BEDTIME + 26 * HOUR, offset_minutes=60, external_id="n1")

    assert await sleeper.store(later) == (0, 1, 0, (date(2026, 3, 14), date(2026, 3, 15)), 0)
    assert await sleeper.count() == 1


async def test_an_older_statement_never_replaces_a_newer_one(sleeper: Sleeper) -> None:
    new = SleepSession(BEDTIME, BEDTIME + 8 * HOUR, external_id="n1", updated_ms=BEDTIME + 9 * HOUR)
    old = SleepSession(BEDTIME, BEDTIME + 3 * HOUR, external_id="n1", updated_ms=BEDTIME + 4 * HOUR)

    await sleeper.store(new)

    assert (await sleeper.store(old))[:3] == (0, 0, 1)
    assert (await sleeper.store(new, old))[:3] == (0, 0, 2)


async def test_without_an_id_start_and_end_are_the_identity(sleeper: Sleeper) -> None:
    growing = [SleepSession(BEDTIME, BEDTIME + hours * HOUR) for hours in range(1, 7)]

    assert (await sleeper.store(*growing))[:3] == (6, 0, 0)
    assert (await sleeper.store(*growing))[:3] == (0, 0, 6)


async def test_two_sources_may_use_the_same_id(sleeper: Sleeper) -> None:
    await sleeper.store(NIGHT)

    assert (await sleeper.store(NIGHT, source=SampleSource("garmin", "Venu")))[:3] == (1, 0, 0)
    assert await sleeper.count() == 2


async def test_sessions_go_with_their_member_and_no_stranger_sees_or_adds_any(
    sleeper: Sleeper, make_org: MakeOrg
) -> None:
    await sleeper.store(NIGHT)
    globex = await make_org("Globex")

    async with globex.uow() as uow:
        assert await uow.fetchval("SELECT count(*) FROM sleep_session WHERE user_id = $1", sleeper.user_id) == 0
    with pytest.raises(Unauthorized):
        await Sleeper(globex, sleeper.user_id).store(NIGHT)
    async with sleeper.tenant.uow() as uow:
        await uow.execute("DELETE FROM member WHERE user_id = $1", sleeper.user_id)
        await uow.commit()
    assert await sleeper.count() == 0


def test_intervals_survive_the_bytes_in_any_order() -> None:
    backwards = tuple(reversed(NIGHT.stages))

    for stages in (NIGHT.stages, backwards, ()):
        assert intervals.decode(intervals.encode(stages, NIGHT.start_ms), NIGHT.start_ms) == stages

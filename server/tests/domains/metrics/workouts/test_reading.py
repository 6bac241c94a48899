"""Reading workouts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.workouts import Segment, Workout, WorkoutFigures
from healthpartner.domains.metrics.fusion import service as fusion
from healthpartner.domains.metrics.workouts import service
from tests.support.api import Member, Partner

PATH = "/metrics/workouts/summary"
WATCH, STRAVA = SampleSource("apple_health", "Apple Watch"), SampleSource("strava")
MINUTE = 60_000
START = int(datetime(2026, 3, 13, 17, tzinfo=UTC).timestamp()) * 1000
DAY = 24 * 60


def done(start: float, end: float, sport: str = "cycling", offset: int | None = 0, **figures: float) -> Workout:
    """In minutes from 17:00 on the 13th, at UTC."""
    return Workout(
        START + round(start * MINUTE),
        START + round(end * MINUTE),
        sport,
        offset_minutes=offset,
        external_id=f"{start} {end} {sport}",
        figures=WorkoutFigures(**figures),
    )


async def store(acme: Partner, member: Member, source: SampleSource, *workouts: Workout) -> None:
    async with acme.tenant.uow(member.user_id) as uow:
        await service.store(uow, source, workouts)
        await uow.commit()


async def rows(member: Member, **query: Any) -> list[dict[str, Any]]:
    return await member.rows(PATH, **query)


async def test_reading_requires_the_members_own_token(
    alice: Member, bob: Member, charlie: Member, acme: Partner
) -> None:
    await store(acme, alice, WATCH, done(0, 60))

    assert (await alice.client.get(alice.path + PATH)).status_code == 401
    for stranger in (bob, charlie):
        headers = {"authorization": f"Bearer {stranger.token}"}
        assert (await alice.client.get(alice.path + PATH, headers=headers)).status_code == 403
        assert await rows(stranger) == []


async def test_copies_are_one_row_with_figures_of_both_and_an_explanation(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, done(0, 60, "indoor_cycling", heart_rate_mean=141.0, active_calories=500.0))
    await store(acme, alice, STRAVA, done(1.5, 61, "cycling", distance_meters=30_000.0, active_calories=480.0))

    (ride,) = await rows(alice, explain=True)

    assert ride["sport"] == {"slug": "cycling", "name": "Cycling"}
    assert ride["heart_rate"]["mean"] == 141
    assert (ride["distance_meters"], ride["active_calories"]) == (30_000, 480)
    assert (ride["provider"], ride["providers"]) == ("strava", ["strava", "apple_health"])
    used, copy = ride["explain"]
    assert (used["use"], used["reason"], used["counted_seconds"]) == ("used", "highest_priority", 3_570)
    assert (copy["use"], copy["reason"], copy["told_by"]) == ("overlapped", "copy", [used["sample_id"]])
    assert "explain" not in (await rows(alice))[0]


async def test_one_provider_is_read_as_it_told(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, done(0, 60), done(0, 20))
    await store(acme, alice, STRAVA, done(1, 61))

    own = await rows(alice, provider="apple_health")
    assert sorted(row["duration_seconds"] for row in own) == [1200, 3600]
    assert len(await rows(alice, provider="strava")) == len(await rows(alice)) == 1


async def test_a_tenants_own_order_of_sources_wins(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, done(0, 60))
    await store(acme, alice, STRAVA, done(0, 60))
    assert [row["provider"] for row in await rows(alice)] == ["strava"]

    async with acme.tenant.uow() as uow:
        await fusion.prefer(uow, "workouts", ["watch"])
        await uow.commit()

    assert [row["provider"] for row in await rows(alice)] == ["apple_health"]


async def test_a_workout_belongs_to_the_local_day_of_its_start(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, done(0, 60, offset=600), done(-600, -570, offset=-720), done(300, 360, offset=None))
    await alice.patch("", json={"timezone": "Asia/Tokyo"})

    assert [row["date"] for row in await rows(alice)] == ["2026-03-14", "2026-03-14", "2026-03-12"]
    assert len(await rows(alice, start_date="2026-03-14", end_date="2026-03-14")) == 2


async def test_one_sport_alone_can_be_read(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, done(0, 60), done(-200, -100, "running"))

    assert [row["sport"]["slug"] for row in await rows(alice, sport="running")] == ["running"]
    assert await rows(alice, sport="golf") == []
    answer = await alice.get(PATH, params={"sport": "quidditch"})
    assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (422, "sport")


async def test_laps_and_legs_are_shown(alice: Member, acme: Partner) -> None:
    lap = Segment("lap", START, START + 10 * MINUTE, figures=WorkoutFigures(distance_meters=1000.0))
    whole = Workout(START, START + 60 * MINUTE, "multisport", segments=(lap,))
    await store(acme, alice, WATCH, whole, done(0, 30, "running", heart_rate_max=180.0))

    (row,) = await rows(alice)

    start = "2026-03-13T17:00:00Z"
    assert row["segments"] == [
        {
            "kind": "activity",
            "start": start,
            "end": "2026-03-13T17:30:00Z",
            "sport": {"slug": "running", "name": "Running"},
            "heart_rate": {"min": None, "mean": None, "max": 180.0, "resting": None},
        },
        {"kind": "lap", "start": start, "end": "2026-03-13T17:10:00Z", "distance_meters": 1000.0},
    ]


async def test_what_a_provider_calls_the_sport_is_kept(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, Workout(START, START + MINUTE, "other", provider_sport="HKWorkoutActivityTypeX"))

    (row,) = await rows(alice)

    assert (row["sport"]["slug"], row["provider_sport"]) == ("other", "HKWorkoutActivityTypeX")


async def test_pages_follow_each_other_while_workouts_arrive(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, *(done(-DAY * day, 60 - DAY * day) for day in range(1, 7)))
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    for _ in range(3):
        answer = (await alice.get(PATH, params=query)).json()
        seen += [row["date"] for row in answer["data"]]
        query["cursor"] = answer["pagination"]["next_cursor"]
        await store(acme, alice, WATCH, done(0, 60))

    assert query["cursor"] is None
    assert seen == [str(date(2026, 3, 12) - timedelta(day)) for day in range(6)]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"start_date": "2026-03-02", "end_date": "2026-03-01"}, "end_date"), ({"limit": 101}, "limit")],
)
async def test_a_wrong_question_is_named_precisely(alice: Member, query: dict[str, Any], field: str) -> None:
    answer = await alice.get(PATH, params=query)

    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]

"""Reading nights and their stages."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepSession, SleepStage, StageInterval
from healthpartner.domains.metrics.fusion import service as fusion
from healthpartner.domains.metrics.sleep import service
from tests.support.api import Member, Partner

PATH, STREAM = "/metrics/sleep/summary", "/metrics/sleep/stream"
WATCH, PHONE = SampleSource("apple_health", "Apple Watch"), SampleSource("apple_health", "iPhone")
RING = SampleSource("oura")
HOUR = 3_600_000
BEDTIME = int(datetime(2026, 3, 12, 22, tzinfo=UTC).timestamp()) * 1000

Stretch = tuple[SleepStage, float, float]
LIGHT, REM, AWAKE, IN_BED = SleepStage.light, SleepStage.rem, SleepStage.awake, SleepStage.in_bed


def told(start: float, end: float, *stages: Stretch, is_nap: bool | None = None) -> SleepSession:
    """In hours from 22:00 on the 12th, at UTC."""
    intervals = tuple(
        StageInterval(stage, BEDTIME + round(first * HOUR), BEDTIME + round(last * HOUR))
        for stage, first, last in stages
    )
    return SleepSession(
        BEDTIME + round(start * HOUR), BEDTIME + round(end * HOUR), 0, intervals, is_nap, f"{start} {end}"
    )


async def store(acme: Partner, member: Member, source: SampleSource, *sessions: SleepSession) -> None:
    async with acme.tenant.uow(member.user_id) as uow:
        await service.store(uow, source, sessions)
        await uow.commit()


async def rows(member: Member, path: str = PATH, **query: Any) -> list[dict[str, Any]]:
    return await member.rows(path, **query)


@pytest.mark.parametrize("path", [PATH, STREAM])
async def test_reading_requires_the_members_own_token(
    alice: Member, bob: Member, charlie: Member, acme: Partner, path: str
) -> None:
    await store(acme, alice, WATCH, told(0, 8))

    assert (await alice.client.get(alice.path + path)).status_code == 401
    assert (await acme.get(alice.path + path)).status_code == 401
    for stranger in (bob, charlie):
        headers = {"authorization": f"Bearer {stranger.token}"}
        assert (await alice.client.get(alice.path + path, headers=headers)).status_code == 403
        assert await rows(stranger, path) == []


async def test_two_devices_are_one_night_and_the_explanation_says_how(alice: Member, acme: Partner) -> None:
    await store(acme, alice, PHONE, told(-0.5, 8.5, (IN_BED, -0.5, 8.5)))
    await store(
        acme, alice, WATCH, told(0, 8, (LIGHT, 0, 4), (AWAKE, 4, 4.5), (REM, 4.5, 8)), told(0, 3, (LIGHT, 0, 3))
    )

    (night,) = await rows(alice, explain=True)

    assert (night["date"], night["is_nap"]) == ("2026-03-13", False)
    assert (night["duration_seconds"], night["time_in_bed_seconds"]) == (27_000, 32_400)
    assert night["efficiency_percent"] == 83.3
    assert night["stages"] == {
        "deep_seconds": None,
        "light_seconds": 14_400,
        "rem_seconds": 12_600,
        "awake_seconds": 1_800,
    }
    used, dropped, phone = night["explain"]
    assert (used["use"], used["reason"], used["device"]) == ("used", "highest_priority", "Apple Watch")
    assert (dropped["use"], dropped["reason"], dropped["told_by"]) == ("dropped", "told_by_others", [used["sample_id"]])
    assert (phone["use"], phone["reason"], phone["counted_seconds"]) == ("overlapped", "partly_told_by_others", 3_600)
    assert night["sample_id"] == used["sample_id"]
    assert "explain" not in (await rows(alice))[0]


async def test_one_provider_is_read_as_it_told(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, told(0, 8, (LIGHT, 0, 8)), told(0, 3, (LIGHT, 0, 3)))
    await store(acme, alice, RING, told(0.2, 8.2, (REM, 0.2, 8.2)))

    assert [row["duration_seconds"] for row in await rows(alice, provider="apple_health")] == [28_800, 10_800]
    assert [row["stages"]["rem_seconds"] for row in await rows(alice, provider="oura")] == [28_800]
    assert await rows(alice, provider="fitbit") == []
    (night,) = await rows(alice)
    assert night["providers"] == ["oura", "apple_health"]
    assert night["duration_seconds"] == round(8.2 * 3600)


async def test_a_tenants_own_order_of_sources_wins(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, told(0, 8, (LIGHT, 0, 8)))
    await store(acme, alice, RING, told(0, 8, (REM, 0, 8)))
    assert [row["provider"] for row in await rows(alice)] == ["oura"]

    async with acme.tenant.uow() as uow:
        await fusion.prefer(uow, "sleep", ["apple_health"])
        await uow.commit()

    assert [row["provider"] for row in await rows(alice)] == ["apple_health"]


async def test_the_stream_has_the_stages_of_the_night_and_what_they_map_down_from(alice: Member, acme: Partner) -> None:
    await store(
        acme,
        alice,
        WATCH,
        told(0, 3, (IN_BED, 0, 0.5), (SleepStage.asleep_unspecified, 0.5, 2), (SleepStage.awake_in_bed, 2, 3)),
    )

    (night,) = await rows(alice, STREAM)

    assert night["stage_intervals"] == [
        {
            "stage": "light",
            "start": "2026-03-12T22:30:00Z",
            "end": "2026-03-13T00:00:00Z",
            "detail": "asleep_unspecified",
        },
        {"stage": "awake", "start": "2026-03-13T00:00:00Z", "end": "2026-03-13T01:00:00Z", "detail": "awake_in_bed"},
    ]
    (summary,) = await rows(alice)
    assert summary["asleep_unspecified_seconds"] == summary["duration_seconds"] == 5_400
    shared = {"sample_id", "provider", "providers", "date", "start", "end", "is_nap"}
    assert {name: night[name] for name in shared} == {name: summary[name] for name in shared}


async def test_a_nap_that_runs_a_minute_into_the_night_takes_nothing_from_it(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, told(1, 8, (LIGHT, 1, 4.5), (REM, 4.5, 8)))
    await store(acme, alice, PHONE, told(-1, 1 + 1 / 60, (LIGHT, -1, 1 + 1 / 60), is_nap=True))

    night, nap = await rows(alice)
    streams = await rows(alice, STREAM)

    assert [(row["is_nap"], row["duration_seconds"]) for row in (night, nap)] == [(False, 25_200), (True, 7_200)]
    assert (nap["start"], nap["end"]) == ("2026-03-12T21:00:00Z", "2026-03-12T23:01:00Z")
    assert (night["start"], night["date"], nap["date"]) == ("2026-03-12T23:00:00Z", "2026-03-13", "2026-03-12")
    assert [[(each["stage"], each["end"]) for each in row["stage_intervals"]] for row in streams] == [
        [("light", "2026-03-13T02:30:00Z"), ("rem", "2026-03-13T06:00:00Z")],
        [("light", "2026-03-12T23:00:00Z")],
    ]
    assert [row["duration_seconds"] for row in await rows(alice, start_date="2026-03-12", end_date="2026-03-12")] == [
        7_200
    ]


async def test_a_window_holds_the_nights_of_its_days_whole(alice: Member, acme: Partner) -> None:
    for day in range(5):
        await store(acme, alice, WATCH, told(-24 * day, -24 * day + 8, (LIGHT, -24 * day, -24 * day + 8)))

    found = await rows(alice, start_date="2026-03-10", end_date="2026-03-11")

    assert [row["date"] for row in found] == ["2026-03-11", "2026-03-10"]
    assert {row["duration_seconds"] for row in found} == {28_800}
    assert await rows(alice, start_date="2026-03-14", end_date="2026-03-14") == []


async def test_the_default_window_is_the_last_thirty_days(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, *(told(-24 * day, -24 * day + 8) for day in (0, 27, 28, 29)))

    assert [row["date"] for row in await rows(alice)] == ["2026-03-13", "2026-02-14", "2026-02-13"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start_date": "2026-03-02", "end_date": "2026-03-01"}, "end_date"),
        ({"start_date": "2020-03-02", "end_date": "2026-03-01"}, "start_date"),
        ({"start_date": "2020-03-02"}, "start_date"),
        ({"end_date": "0001-01-01"}, "end_date"),
        ({"start_date": "yesterday"}, "start_date"),
        ({"limit": 101}, "limit"),
        ({"limit": 0}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
    ],
)
async def test_a_wrong_question_is_named_precisely(alice: Member, query: dict[str, Any], field: str) -> None:
    answer = await alice.get(PATH, params=query)

    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]


async def test_pages_follow_each_other_while_nights_arrive(alice: Member, acme: Partner) -> None:
    await store(acme, alice, WATCH, *(told(-24 * day, -24 * day + 8) for day in range(1, 7)))
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    for _ in range(3):
        answer = (await alice.get(PATH, params=query)).json()
        seen += [row["date"] for row in answer["data"]]
        query["cursor"] = answer["pagination"]["next_cursor"]
        await store(acme, alice, WATCH, told(0, 8))

    assert query["cursor"] is None
    assert seen == [str(date(2026, 3, 12) - timedelta(day)) for day in range(6)]
    assert [row["date"] for row in await rows(alice, limit=2, offset=2)] == ["2026-03-11", "2026-03-10"]


async def test_a_member_who_is_gone_reads_nothing(alice: Member, acme: Partner) -> None:
    async with acme.tenant.uow() as uow:
        await uow.execute("DELETE FROM member WHERE user_id = $1", alice.user_id)
        await uow.commit()

    assert (await alice.get(PATH)).status_code == 401

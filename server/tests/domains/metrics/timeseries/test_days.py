"""Buckets and summaries of a day say the same, and days that only a source's totals tell of are told."""

from datetime import date
from typing import Any

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleSource
from healthpartner.domains.metrics.activity import service as activity
from tests.domains.metrics.timeseries.test_reading import PHONE, RING, WATCH, answer, put, read
from tests.support.api import Member, Partner

THREE_DAYS = ("2026-03-12T00:00:00Z", "2026-03-15T00:00:00Z")
TODAY = date(2026, 3, 13)


async def tell(acme: Partner, member: Member, source: SampleSource, slug: str, value: float, **told: Any) -> None:
    """What a source says about a whole day."""
    total = DailyTotal(METRICS[slug].code, told.pop("day", TODAY), value, **told)
    async with acme.tenant.uow(member.user_id) as uow:
        await activity.put(uow, source, [total])
        await uow.commit()


async def summary(member: Member, **query: Any) -> dict[str, Any]:
    params = {"start_date": "2026-03-13", "end_date": "2026-03-13", **query}
    (row,) = (await member.get("/metrics/activity/summary", params=params)).json()["data"]
    told: dict[str, Any] = row
    return told


async def test_buckets_of_distance_are_the_one_distance_that_summaries_show(acme: Partner, alice: Member) -> None:
    await put(acme, alice, WATCH, "distance_walking_running", ("2026-03-13T08:00", 10, 900))
    await put(acme, alice, PHONE, "distance", ("2026-03-13T08:05", 5, 300))
    await put(acme, alice, WATCH, "distance_cycling", ("2026-03-13T09:10", 30, 6000))

    assert (await summary(alice))["distance_meters"] == 6900
    assert [row["value"] for row in await read(alice, "distance", granularity="one_day")] == [6900]
    assert [row["value"] for row in await read(alice, "distance", granularity="one_hour")] == [900, 6000]
    watch = await read(alice, "distance", granularity="one_hour", provider="garmin")
    assert [row["value"] for row in watch] == [900, 6000]


async def test_what_is_told_of_each_distance_is_its_own(acme: Partner, alice: Member) -> None:
    await put(acme, alice, WATCH, "distance_walking_running", ("2026-03-13T08:00", 10, 900))
    await put(acme, alice, PHONE, "distance", ("2026-03-13T10:00", 5, 300))

    assert [row["value"] for row in await read(alice, "distance")] == [300]
    for granularity in ("raw", "one_hour", "one_day"):
        (row,) = await read(alice, "distance_walking_running", granularity=granularity)
        assert (row["value"], row["provider"]) == (900, "garmin")


async def test_a_day_is_what_a_source_says_of_it_where_that_is_more_than_the_samples(
    acme: Partner, alice: Member
) -> None:
    await put(acme, alice, WATCH, "steps", ("2026-03-13T08:00", 10, 900))
    await tell(acme, alice, RING, "steps", 1500)
    await tell(acme, alice, PHONE, "steps", 400)

    (day,) = await read(alice, granularity="one_day")
    assert (day["date"], day["value"], day["provider"], day["samples"]) == ("2026-03-13", 1500, "oura", 0)
    assert (day["start"], day["end"]) == ("2026-03-13T00:00:00Z", "2026-03-14T00:00:00Z")
    assert (await summary(alice))["steps"] == 1500

    told = {}
    for provider in ("garmin", "oura", "apple_health", "fitbit"):
        rows = await read(alice, granularity="one_day", provider=provider)
        told[provider] = [(row["value"], row["provider"], row["samples"]) for row in rows]
    assert told == {
        "garmin": [(900, "garmin", 1)],
        "oura": [(1500, "oura", 0)],
        "apple_health": [(400, "apple_health", 0)],
        "fitbit": [],
    }


async def test_a_smaller_total_of_a_day_takes_nothing_from_its_samples(acme: Partner, alice: Member) -> None:
    await put(acme, alice, WATCH, "steps", ("2026-03-13T08:00", 10, 900))
    await tell(acme, alice, RING, "steps", 500)

    (day,) = await read(alice, granularity="one_day")

    assert (day["value"], day["provider"], day["samples"]) == (900, "garmin", 1)


async def test_days_that_only_totals_tell_of_are_there_for_any_metric(acme: Partner, alice: Member) -> None:
    await tell(acme, alice, WATCH, "hrv", 45)
    await tell(acme, alice, WATCH, "stress_level", 31)
    await tell(acme, alice, PHONE, "exercise_minutes", 38)

    for slug, value, provider in (
        ("hrv", 45, "garmin"),
        ("stress_level", 31, "garmin"),
        ("exercise_minutes", 38, "apple_health"),
    ):
        page = await answer(alice, slug, granularity="one_day")
        (row,) = page["data"]
        assert page["pagination"]["total"] == 1
        assert (row["date"], row["value"], row["provider"], row["samples"]) == ("2026-03-13", value, provider, 0)
        assert row["unit"] == METRICS[slug].unit
        assert await read(alice, slug, granularity="one_hour") == []


async def test_of_what_is_averaged_samples_know_more_than_a_total(acme: Partner, alice: Member) -> None:
    await put(acme, alice, RING, "hrv", ("2026-03-13T02:00", 0, 40), ("2026-03-13T03:00", 0, 50))
    await tell(acme, alice, WATCH, "hrv", 70)
    await tell(acme, alice, WATCH, "hrv", 71, day=date(2026, 3, 14))

    rows = await read(alice, "hrv", THREE_DAYS, granularity="one_day")

    assert [(row["date"], row["value"], row["provider"]) for row in rows] == [
        ("2026-03-13", 45, "oura"),
        ("2026-03-14", 71, "garmin"),
    ]


async def test_all_energy_of_a_day_is_that_of_the_summary(acme: Partner, alice: Member) -> None:
    await put(acme, alice, WATCH, "calories", ("2026-03-13T08:00", 60, 500), ("2026-03-13T12:00", 60, 100))
    await put(acme, alice, WATCH, "basal_calories", ("2026-03-13T00:00", 24 * 60, 1700))
    await put(acme, alice, PHONE, "total_calories", ("2026-03-13T08:00", 60, 550))

    (day,) = await read(alice, "total_calories", granularity="one_day")

    assert (await summary(alice))["total_calories"] == day["value"] == 2300
    assert (day["provider"], day["samples"]) == ("garmin", 3)


async def test_a_day_that_only_a_total_tells_of_is_by_its_own_clock_else_by_the_members(
    acme: Partner, alice: Member
) -> None:
    await alice.patch("", json={"timezone": "Asia/Tokyo"})
    await tell(acme, alice, WATCH, "stress_level", 30)
    await tell(acme, alice, WATCH, "stress_level", 40, day=date(2026, 3, 12), offset_minutes=60)

    rows = await read(alice, "stress_level", THREE_DAYS, granularity="one_day")

    assert [(row["date"], row["start"], row["end"]) for row in rows] == [
        ("2026-03-12", "2026-03-11T23:00:00Z", "2026-03-12T23:00:00Z"),
        ("2026-03-13", "2026-03-12T15:00:00Z", "2026-03-13T15:00:00Z"),
    ]


async def test_days_are_whole_and_those_that_the_window_touches(acme: Partner, alice: Member) -> None:
    hours = [(f"2026-03-{day}T{hour:02}:00", 5, 100.0) for day in (12, 13, 14) for hour in (1, 13)]
    await put(acme, alice, WATCH, "steps", *hours)
    await put(acme, alice, WATCH, "heart_rate", *((start, 0, 60 + place) for place, (start, *_) in enumerate(hours)))
    noon_to_midnight = ("2026-03-13T12:00:00Z", "2026-03-14T00:00:00Z")
    one_minute = ("2026-03-13T12:00:00Z", "2026-03-13T12:01:00Z")

    for window in (noon_to_midnight, one_minute):
        (day,) = await read(alice, "steps", window, granularity="one_day")
        assert (day["date"], day["value"], day["samples"]) == ("2026-03-13", 200, 2)
        (day,) = await read(alice, "heart_rate", window, granularity="one_day")
        assert (day["date"], day["value"], day["samples"]) == ("2026-03-13", 62.5, 2)
    over_midnight = ("2026-03-13T23:59:59Z", "2026-03-14T00:00:01Z")
    assert [row["date"] for row in await read(alice, "steps", over_midnight, granularity="one_day")] == [
        "2026-03-13",
        "2026-03-14",
    ]


async def test_windows_at_the_edges_of_the_calendar_are_empty(alice: Member) -> None:
    for window in (
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"),
        ("9999-12-31T00:00:00Z", "9999-12-31T23:59:59Z"),
    ):
        for granularity in ("raw", "one_hour", "one_day"):
            assert await read(alice, "distance", window, granularity=granularity) == []

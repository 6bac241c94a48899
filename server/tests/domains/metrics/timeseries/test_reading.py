"""Reading timeseries, raw and in spans."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from healthpartner.canonical.metrics import METRICS, Metric
from healthpartner.canonical.samples import UNKNOWN_OFFSET, SampleBatch, SampleSource
from healthpartner.domains.metrics.samples import codec, service
from tests.support.api import Member, Partner

DAY = ("2026-03-13T00:00:00Z", "2026-03-14T00:00:00Z")
WATCH = SampleSource("garmin", "Fenix")
PHONE = SampleSource("apple_health", "iPhone")
RING = SampleSource("oura")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


async def put(
    acme: Partner, member: Member, source: SampleSource, slug: str, *samples: tuple[str, int, float], offset: int = 0
) -> None:
    """Samples as (start, minutes, value)."""
    batch = SampleBatch(
        METRICS[slug],
        np.array([ms(start) for start, _, _ in samples], np.int64),
        np.array([minutes * 60_000 for _, minutes, _ in samples], np.int64),
        np.array([value for _, _, value in samples], np.float64),
        None,
        np.full(len(samples), offset, np.int16),
    )
    async with acme.tenant.uow(member.user_id) as uow:
        await service.store(uow, source, batch)
        await uow.commit()


async def answer(member: Member, slug: str = "steps", window: tuple[str, str] = DAY, **query: Any) -> dict[str, Any]:
    params = {"start_time": window[0], "end_time": window[1], **query}
    found = await member.get(f"/metrics/{slug}/timeseries", params=params)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json()
    return body


async def read(member: Member, slug: str = "steps", window: tuple[str, str] = DAY, **query: Any) -> list[Any]:
    rows: list[Any] = (await answer(member, slug, window, **query))["data"]
    return rows


async def test_reading_requires_a_member_token(alice: Member, acme: Partner) -> None:
    for headers in ({}, {"taih-tenant-key": acme.key}):
        found = await alice.client.get(alice.path + "/metrics/steps/timeseries", headers=headers)
        assert found.status_code == 401


async def test_nobody_reads_another_member(acme: Partner, alice: Member, bob: Member, charlie: Member) -> None:
    await put(acme, alice, WATCH, "steps", ("2026-03-13T08:00", 5, 100))

    for stranger in (bob, charlie):
        path = alice.path + "/metrics/steps/timeseries"
        refused = await stranger.client.get(path, headers={"authorization": f"Bearer {stranger.token}"})
        assert refused.status_code == 403
        assert await read(stranger) == []


async def test_an_unknown_metric_is_not_found(alice: Member) -> None:
    window = {"start_time": DAY[0], "end_time": DAY[1]}

    assert (await alice.get("/metrics/charisma/timeseries", params=window)).status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start_time": DAY[0]}, "end_time"),
        ({"start_time": DAY[1], "end_time": DAY[0]}, "end_time"),
        ({"start_time": DAY[0], "end_time": DAY[0]}, "end_time"),
        ({"start_time": DAY[0], "end_time": "2027-04-18T00:00:00Z"}, "end_time"),
        ({"start_time": "2026-03-13T00:00:00", "end_time": DAY[1]}, "start_time"),
        ({"start_time": "soon", "end_time": DAY[1]}, "start_time"),
        ({"start_time": DAY[0], "end_time": DAY[1], "granularity": "one_week"}, "granularity"),
        ({"start_time": DAY[0], "end_time": DAY[1], "limit": 1001}, "limit"),
        ({"start_time": DAY[0], "end_time": DAY[1], "limit": 0}, "limit"),
        ({"start_time": DAY[0], "end_time": DAY[1], "offset": -1}, "offset"),
        ({"start_time": DAY[0], "end_time": DAY[1], "cursor": "x"}, "cursor"),
        ({"start_time": "0001-01-01T00:00:00+14:00", "end_time": "0001-01-02T00:00:00Z"}, "start_time"),
    ],
)
async def test_a_window_that_makes_no_sense_is_refused(alice: Member, query: dict[str, Any], field: str) -> None:
    refused = await alice.get("/metrics/steps/timeseries", params=query)

    assert refused.status_code == 422
    assert [detail["field"] for detail in refused.json()["error"]["details"]] == [field]


async def test_the_start_is_in_the_window_and_the_end_is_not(acme: Partner, alice: Member) -> None:
    starts = ["2026-03-12T23:59:59", "2026-03-13T00:00", "2026-03-13T23:59:59", "2026-03-14T00:00"]
    await put(acme, alice, WATCH, "steps", *((start, 0, at) for at, start in enumerate(starts)))

    page = await answer(alice)

    assert [row["value"] for row in page["data"]] == [1, 2]
    assert page["pagination"] == {"limit": 100, "offset": 0, "total": 2, "next_cursor": None}


async def test_raw_rows_are_those_of_every_source(acme: Partner, alice: Member) -> None:
    await put(acme, alice, WATCH, "steps", ("2026-03-13T08:00", 5, 100), ("2026-03-13T08:10", 5, 30))
    await put(acme, alice, PHONE, "steps", ("2026-03-13T08:00", 5, 90), ("2026-03-13T08:20", 5, 40))

    rows = await read(alice)

    assert [(row["provider"], row["device"], row["value"]) for row in rows] == [
        ("garmin", "Fenix", 100),
        ("apple_health", "iPhone", 90),
        ("garmin", "Fenix", 30),
        ("apple_health", "iPhone", 40),
    ]
    assert [row["value"] for row in await read(alice, provider="garmin")] == [100, 30]
    assert await read(alice, provider="fitbit") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_pages_by_cursor_and_by_offset_hold_every_row_once(acme: Partner, alice: Member, limit: int) -> None:
    samples = [(f"2026-03-{day:02}T{hour:02}:00", 5, day * 100 + hour) for day in (12, 13, 14) for hour in (1, 9, 22)]
    await put(acme, alice, WATCH, "steps", *samples)
    await put(acme, alice, PHONE, "steps", *samples[2:7])
    window = ("2026-03-12T05:00:00Z", "2026-03-14T22:00:00Z")
    for granularity in ("raw", "one_hour", "one_day"):
        whole = await read(alice, window=window, granularity=granularity)
        by_offset: list[Any] = []
        while part := await read(alice, window=window, granularity=granularity, limit=limit, offset=len(by_offset)):
            by_offset += part
        page = await answer(alice, window=window, granularity=granularity, limit=limit)
        by_cursor = page["data"]
        while cursor := page["pagination"]["next_cursor"]:
            page = await answer(alice, window=window, granularity=granularity, limit=limit, cursor=cursor)
            by_cursor += page["data"]

        assert by_offset == by_cursor == whole
        assert page["pagination"]["total"] == len(whole) == {"raw": 12, "one_hour": 7, "one_day": 3}[granularity]


async def test_spans_of_sums_and_means(acme: Partner, alice: Member) -> None:
    minutes = [("2026-03-13T08:01", 0, 60.0), ("2026-03-13T08:04", 0, 70.0), ("2026-03-13T08:16", 0, 90.0)]
    await put(acme, alice, WATCH, "heart_rate", *minutes)
    await put(acme, alice, WATCH, "steps", *minutes)

    async def spans(slug: str, granularity: str) -> list[tuple[str, float, int]]:
        rows = await read(alice, slug, granularity=granularity)
        return [(row["start"][11:16] + row["end"][11:16], row["value"], row["samples"]) for row in rows]

    assert await spans("heart_rate", "five_minute") == [("08:0008:05", 65, 2), ("08:1508:20", 90, 1)]
    assert await spans("heart_rate", "fifteen_minute") == [("08:0008:15", 65, 2), ("08:1508:30", 90, 1)]
    assert await spans("heart_rate", "one_hour") == [("08:0009:00", 73.333333, 3)]
    assert await spans("steps", "one_hour") == [("08:0009:00", 220, 3)]


async def test_two_devices_on_one_walk_are_counted_once(acme: Partner, alice: Member) -> None:
    await put(acme, alice, WATCH, "steps", ("2026-03-13T08:00", 5, 500), ("2026-03-13T08:05", 5, 400))
    await put(acme, alice, PHONE, "steps", ("2026-03-13T08:02", 5, 450), ("2026-03-13T18:00", 30, 2000))

    (morning, evening) = await read(alice, granularity="one_hour")
    (day,) = await read(alice, granularity="one_day")

    assert (morning["value"], morning["provider"]) == (900, "garmin")
    assert (evening["value"], evening["provider"]) == (2000, "apple_health")
    assert (day["value"], day["provider"], day["date"]) == (2900, None, "2026-03-13")


def walk(client_id: str, value: float) -> dict[str, Any]:
    hour = {"start": "2026-03-13T08:00:00Z", "end": "2026-03-13T09:00:00Z"}
    return {"client_id": client_id, **hour, "value": value, "unit": "count"}


async def test_the_partners_own_samples_come_first(acme: Partner, alice: Member) -> None:
    await put(acme, alice, RING, "steps", ("2026-03-13T08:30", 20, 900))
    await alice.post("/metrics/steps/timeseries", json={"data": [walk("a", 950)]})

    (row,) = await read(alice, granularity="one_hour")

    assert (row["value"], row["provider"]) == (950, f"partner:acme-{acme.org_id.hex}")


async def test_no_source_makes_a_stretch_count_less_than_another_saw_in_it(acme: Partner, alice: Member) -> None:
    await put(acme, alice, RING, "steps", ("2026-03-13T08:30", 20, 900))
    await alice.post("/metrics/steps/timeseries", json={"data": [walk("a", 10)]})

    (row,) = await read(alice, granularity="one_hour")

    assert (row["value"], row["provider"]) == (900, "oura")


async def test_spans_and_summaries_of_a_day_say_the_same(acme: Partner, alice: Member) -> None:
    walks = [(f"2026-03-13T{hour:02}:50", 15, hour * 100.0) for hour in (0, 7, 12, 23)]
    await put(acme, alice, WATCH, "steps", *walks)
    await put(acme, alice, PHONE, "steps", *((start, 25, value + 7) for start, _, value in walks[1:]))

    spans = {name: await read(alice, granularity=name) for name in ("five_minute", "one_hour", "one_day")}
    (summary,) = (await alice.get("/metrics/activity/summary", params={"end_date": "2026-03-13"})).json()["data"]

    totals = {name: round(sum(row["value"] for row in rows), 4) for name, rows in spans.items()}
    assert totals == dict.fromkeys(totals, round(summary["steps"], 4))


async def test_a_day_is_local_where_the_sample_was_taken(acme: Partner, alice: Member) -> None:
    window = ("2026-03-12T00:00:00Z", "2026-03-16T00:00:00Z")
    await put(acme, alice, WATCH, "steps", ("2026-03-13T22:59", 1, 1), ("2026-03-13T23:00", 1, 2), offset=60)
    await put(acme, alice, WATCH, "steps", ("2026-03-15T02:00", 1, 4), offset=-300)

    rows = await read(alice, window=window, granularity="one_day")

    assert [(row["date"], row["start"], row["end"], row["value"]) for row in rows] == [
        ("2026-03-13", "2026-03-12T23:00:00Z", "2026-03-13T23:00:00Z", 1),
        ("2026-03-14", "2026-03-13T23:00:00Z", "2026-03-15T05:00:00Z", 6),
    ]


async def test_without_an_offset_the_members_time_zone_makes_the_day(acme: Partner, alice: Member) -> None:
    await alice.patch("", json={"timezone": "Europe/Berlin"})
    window = ("2025-10-25T00:00:00Z", "2025-10-28T00:00:00Z")
    starts = ["2025-10-25T21:59", "2025-10-25T22:00", "2025-10-26T22:59", "2025-10-26T23:00"]
    samples = [(start, 0, 10.0**at) for at, start in enumerate(starts)]
    await put(acme, alice, WATCH, "steps", *samples, offset=UNKNOWN_OFFSET)

    rows = await read(alice, window=window, granularity="one_day")

    assert [(row["date"], row["value"]) for row in rows] == [
        ("2025-10-25", 1),
        ("2025-10-26", 110),
        ("2025-10-27", 1000),
    ]
    assert (rows[1]["start"], rows[1]["end"]) == ("2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z")


async def test_a_page_opens_only_the_days_that_it_shows(
    acme: Partner, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = [(f"2026-03-{day:02}T{hour:02}:00", 5, hour) for day in range(1, 13) for hour in range(24)]
    await put(acme, alice, WATCH, "steps", *samples)
    opened: list[int] = []
    decode = codec.decode

    def noted(data: bytes, metric: Metric, day: int) -> SampleBatch:
        opened.append(day)
        return decode(data, metric, day)

    monkeypatch.setattr(codec, "decode", noted)

    page = await answer(alice, window=("2026-03-02T12:00:00Z", "2026-03-12T00:00:00Z"), limit=24, offset=108)

    assert page["pagination"]["total"] == 12 + 9 * 24
    assert page["data"][0]["start"] == "2026-03-07T00:00:00Z"
    assert len(opened) == 3

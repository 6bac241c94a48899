"""A table of nights without times, from the upload to what is read of it."""

import json
from typing import Any

import pytest

from tests.domains.ingestion.test_import import events_of, job, start
from tests.domains.privacy.test_data_exports import fetched, result_of, rows
from tests.support.api import Api, Member, Partner
from tests.support.imports import SAMPLES
from tests.support.jobs import run_job

TABLE = SAMPLES / "fitbit_kaggle" / "sleepDay_merged.csv"
WINDOW = {"start_time": "2016-04-01T00:00:00Z", "end_time": "2016-05-31T00:00:00Z"}
FIRST_DAY = ("2016-04-12T00:00:00Z", "2016-04-13T00:00:00Z")


async def imported(api: Api, acme: Partner, alice: Member) -> dict[str, Any]:
    job_id = await start(alice, TABLE.read_bytes(), "application/octet-stream")
    await run_job(api, acme.org_id, job_id)
    result: dict[str, Any] = (await job(alice, job_id))["result"]
    return result


async def read(member: Member, metric: str, granularity: str, **more: str) -> list[dict[str, Any]]:
    params = {**WINDOW, "granularity": granularity, **more}
    found = await member.get(f"/metrics/{metric}/timeseries", params=params)
    assert found.status_code == 200, found.text
    told: list[dict[str, Any]] = found.json()["data"]
    return told


async def test_an_imported_night_is_a_statement_of_its_day(api: Api, acme: Partner, alice: Member) -> None:
    result = await imported(api, acme, alice)

    assert (result["format"], result["samples_added"], result["sleep_sessions_added"]) == ("fitabase", 50, 0)
    first = (await read(alice, "time_asleep", "raw"))[0]
    assert (first["start"], first["end"]) == FIRST_DAY
    assert (first["value"], first["unit"], first["provider"]) == (327, "min", "fitbit")
    assert [row["value"] for row in await read(alice, "time_in_bed", "raw")][:3] == [346, 407, 442]
    (updated,) = (await events_of(acme, alice))["device.daily_data.updated"]
    assert updated["metrics"] == ["time_asleep", "time_in_bed"]


async def test_importing_the_table_again_adds_nothing(api: Api, acme: Partner, alice: Member) -> None:
    await imported(api, acme, alice)

    again = await imported(api, acme, alice)

    assert (again["samples_added"], again["samples_unchanged"]) == (0, 50)


@pytest.mark.parametrize("timezone", ["America/Los_Angeles", "Europe/Berlin", "Pacific/Auckland"])
async def test_a_night_is_on_the_day_of_the_table_wherever_the_member_lives(
    api: Api, acme: Partner, alice: Member, timezone: str
) -> None:
    await alice.patch("", json={"timezone": timezone})
    await imported(api, acme, alice)

    days = await read(alice, "time_asleep", "one_day")

    assert [(row["date"], row["value"]) for row in days][:3] == [
        ("2016-04-12", 327),
        ("2016-04-13", 384),
        ("2016-04-15", 412),
    ]
    assert len(days) == 25


async def test_two_sources_of_a_day_are_never_added_up(api: Api, acme: Partner, alice: Member) -> None:
    await imported(api, acme, alice)
    own = {"client_id": "a", "start": FIRST_DAY[0], "end": FIRST_DAY[1], "value": 300, "unit": "min"}
    sent = await alice.post("/metrics/time_asleep/timeseries", json={"data": [own]})
    assert sent.status_code == 200, sent.text

    days = await read(alice, "time_asleep", "one_day")

    # The partner's own word comes before a vendor's, although it is less.
    assert [(row["date"], row["value"]) for row in days][:2] == [("2016-04-12", 300), ("2016-04-13", 384)]
    assert (await read(alice, "time_asleep", "one_day", provider="fitbit"))[0]["value"] == 327


async def test_a_night_without_times_is_no_night_of_the_summary(api: Api, acme: Partner, alice: Member) -> None:
    await imported(api, acme, alice)

    params = {"start_date": "2016-04-01", "end_date": "2016-05-31"}
    found = await alice.get("/metrics/sleep/summary", params=params)

    assert found.status_code == 200, found.text
    assert found.json()["data"] == []


async def test_nights_without_times_are_exported(api: Api, acme: Partner, alice: Member) -> None:
    await imported(api, acme, alice)

    archive = await fetched(api, await result_of(api, acme, alice))

    assert [row["value"] for row in rows(archive, "samples/time_asleep")][:3] == [327, 384, 412]
    assert [row["value"] for row in rows(archive, "samples/time_in_bed")][:3] == [346, 407, 442]
    bundle = json.loads(archive.read("fhir/bundle.json"))
    codes = [
        coding["code"]
        for entry in bundle["entry"]
        for coding in entry["resource"].get("code", {}).get("coding", [])
        if coding["system"] == "http://loinc.org"
    ]
    assert codes.count("93832-4") == 25

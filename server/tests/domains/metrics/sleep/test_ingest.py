"""Ingesting sleep."""

from typing import Any

import pytest

from tests.support.api import Member, Partner
from tests.support.recorded import recorded

PATH = "/metrics/sleep/summary"
START, END = "2026-03-12T22:30:00+01:00", "2026-03-13T06:30:00+01:00"


def night(client_id: str, start: str = START, end: str = END, **fields: Any) -> dict[str, Any]:
    return {"client_id": client_id, "date": "2026-03-13", "start": start, "end": end, **fields}


async def send(member: Member, *items: Any, **body: Any) -> list[dict[str, Any]]:
    return await member.ingest(PATH, *items, **body)


async def nights(member: Member, **query: Any) -> list[dict[str, Any]]:
    return await member.rows(PATH, **query)


async def test_ingest_requires_a_member_token(alice: Member, acme: Partner) -> None:
    for headers in ({}, {"taih-tenant-key": acme.key}):
        answer = await alice.client.post(alice.path + PATH, json={"data": []}, headers=headers)
        assert answer.status_code == 401


async def test_nobody_ingests_for_another_member(alice: Member, bob: Member, charlie: Member) -> None:
    for stranger in (bob, charlie):
        answer = await stranger.client.post(
            alice.path + PATH, json={"data": [night("a")]}, headers={"authorization": f"Bearer {stranger.token}"}
        )
        assert answer.status_code == 403
    assert await nights(alice) == []


async def test_a_night_is_stored_and_read_back(alice: Member, acme: Partner) -> None:
    (result,) = await send(
        alice,
        night(
            "n1",
            duration_seconds=27000,
            time_in_bed_seconds=28800,
            efficiency_percent=93,
            stages={"deep_seconds": 5400, "light_seconds": 15000, "rem_seconds": 6600, "awake_seconds": 1800},
            heart_rate={"min": 44, "mean": 52, "max": 71},
            hrv_ms=61.5,
            respiratory_rate=14.2,
        ),
    )

    provider = f"partner:acme-{acme.org_id.hex}"
    assert await nights(alice) == [
        {
            "sample_id": result["sample_id"],
            "provider": provider,
            "providers": [provider],
            "date": "2026-03-13",
            "start": "2026-03-12T21:30:00Z",
            "end": "2026-03-13T05:30:00Z",
            "timezone_offset_minutes": 60,
            "is_nap": False,
            "duration_seconds": 27000,
            "time_in_bed_seconds": 28800,
            "efficiency_percent": 93.0,
            "stages": {"deep_seconds": 5400, "light_seconds": 15000, "rem_seconds": 6600, "awake_seconds": 1800},
            "asleep_unspecified_seconds": 0,
            "heart_rate": {"min": 44.0, "mean": 52.0, "max": 71.0, "resting": None},
            "hrv_ms": 61.5,
            "respiratory_rate": 14.2,
        }
    ]


async def test_a_repeat_is_a_duplicate_with_the_first_sample_id_and_changes_nothing(alice: Member) -> None:
    (first,) = await send(alice, night("n1", hrv_ms=50))
    before = await nights(alice)

    again = await send(alice, night("n1", hrv_ms=99), night("n2", "2026-03-11T22:00:00Z", "2026-03-12T06:00:00Z"))

    assert [result["status"] for result in again] == ["duplicate", "rejected"]
    assert again[0]["sample_id"] == first["sample_id"]
    assert await nights(alice) == before


async def test_a_client_id_twice_in_a_call_counts_once(alice: Member) -> None:
    results = await send(alice, night("n1"), night("n1", hrv_ms=20))

    assert [result["status"] for result in results] == ["accepted", "duplicate"]
    assert results[0]["sample_id"] == results[1]["sample_id"]
    assert [row["hrv_ms"] for row in await nights(alice)] == [None]


async def test_a_client_id_of_another_member_is_new(alice: Member, bob: Member) -> None:
    await send(alice, night("n1"))

    assert [result["status"] for result in await send(bob, night("n1"))] == ["accepted"]


def interval(stage: str, start: str, end: str) -> dict[str, str]:
    return {"stage": stage, "start": start, "end": end}


EARLY = interval("light", "2026-03-12T22:00:00Z", "2026-03-12T23:00:00Z")


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"start": None}, "invalid_value", "start"),
        ({"start": "2026-03-12T22:30:00"}, "invalid_value", "start"),
        ({"end": "yesterday"}, "invalid_value", "end"),
        ({"end": START}, "invalid_value", "end"),
        ({"start": "2026-03-11T01:00:00Z"}, "out_of_range", "end"),
        ({"end": "2026-03-16T07:00:00Z"}, "out_of_range", "end"),
        ({"start": "1812-03-12T22:30:00Z"}, "out_of_range", "start"),
        ({"date": "2026-03-11"}, "invalid_value", "date"),
        ({"date": "2026-03-14"}, "invalid_value", "date"),
        ({"date": "13.3.2026"}, "invalid_value", "date"),
        ({"duration_seconds": -1}, "out_of_range", "duration_seconds"),
        ({"duration_seconds": 28861}, "out_of_range", "duration_seconds"),
        ({"time_in_bed_seconds": 28861}, "out_of_range", "time_in_bed_seconds"),
        ({"duration_seconds": 28000, "time_in_bed_seconds": 27000}, "out_of_range", "duration_seconds"),
        ({"efficiency_percent": 101}, "out_of_range", "efficiency_percent"),
        ({"stages": {"deep_seconds": 20000, "awake_seconds": 9000}}, "out_of_range", "stages"),
        ({"duration_seconds": 100, "stages": {"rem_seconds": 200}}, "out_of_range", "stages"),
        ({"stages": {"deep_seconds": "much"}}, "invalid_value", "stages.deep_seconds"),
        ({"heart_rate": {"min": 60, "max": 50}}, "invalid_value", "heart_rate"),
        ({"heart_rate": {"min": 3}}, "out_of_range", "heart_rate.min"),
        ({"hrv_ms": 5000}, "out_of_range", "hrv_ms"),
        ({"stage_intervals": [EARLY | {"stage": "dozing"}]}, "invalid_value", "stage_intervals.0.stage"),
        ({"stage_intervals": [EARLY | {"end": "2026-03-12T22:00:00Z"}]}, "invalid_value", "stage_intervals.0.end"),
        ({"stage_intervals": [EARLY | {"start": "2026-03-12T21:29:59Z"}]}, "out_of_range", "stage_intervals.0.start"),
        ({"stage_intervals": [EARLY | {"end": "2026-03-13T05:30:01Z"}]}, "out_of_range", "stage_intervals.0.end"),
        ({"stage_intervals": [EARLY | {"end": "later"}]}, "invalid_value", "stage_intervals.0.end"),
        ({"stage_intervals": [EARLY, EARLY | {"stage": "rem"}]}, "invalid_value", "stage_intervals.1.start"),
        ({"stage_intervals": [{"stage": "rem", "start": START}]}, "required", "stage_intervals.0.end"),
        ({"is_nap": "yes"}, "invalid_value", "is_nap"),
        ({"client_id": "a\x00b"}, "invalid_value", "client_id"),
    ],
)
async def test_a_bad_item_is_named_precisely_and_takes_no_other_with_it(
    alice: Member, wrong: dict[str, Any], code: str, field: str
) -> None:
    results = await send(alice, night("bad") | wrong, night("good"))

    assert [result["status"] for result in results] == ["rejected", "accepted"]
    assert results[0]["client_id"] == wrong.get("client_id", "bad")
    assert (results[0]["error"]["code"], results[0]["error"]["field"]) == (code, field)
    assert len(await nights(alice)) == 1


async def test_what_is_no_object_or_lacks_a_field_is_rejected_in_its_place(alice: Member) -> None:
    results = await send(alice, 7, night("good"), {"client_id": "x"}, {"date": "2026-03-13"})

    assert [result["status"] for result in results] == ["rejected", "accepted", "rejected", "rejected"]
    assert [result["client_id"] for result in results] == [None, "good", "x", None]
    assert [result["error"]["code"] for result in results if "error" in result] == [
        "invalid_value",
        "required",
        "required",
    ]


async def test_a_call_takes_500_items_and_not_one_more(alice: Member) -> None:
    items = [night(f"n{n}") for n in range(501)]

    answer = await alice.post(PATH, json={"data": items})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")
    assert {result["status"] for result in await send(alice, *items[:500])} == {"accepted"}
    assert len(await nights(alice)) == 1


async def test_what_is_no_list_is_refused(alice: Member) -> None:
    answer = await alice.post(PATH, json={"data": {"client_id": "n1"}})

    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["field"] == "data"


async def test_new_nights_are_announced_once_with_their_days(alice: Member, acme: Partner) -> None:
    await send(alice, night("n1"), night("n2", "2026-03-13T22:00:00Z", "2026-03-14T06:00:00Z", date="2026-03-14"))
    await send(alice, night("n1"))

    (event,) = await recorded(acme.tenant, "device.daily_data.updated")
    assert event["data"] == {
        "metrics": ["sleep"],
        "days": ["2026-03-13", "2026-03-14"],
        "provider": f"partner:acme-{acme.org_id.hex}",
        "samples_added": 2,
    }


async def test_backfill_is_stored_and_not_announced(alice: Member, acme: Partner) -> None:
    await send(alice, night("n1"), is_backfill=True)
    await send(alice, night("n2", is_backfill=True))

    assert await recorded(acme.tenant, "device.daily_data.updated") == []
    assert len(await nights(alice)) == 1


async def test_every_call_that_stores_is_in_the_audit_log(alice: Member, acme: Partner) -> None:
    await send(alice, night("n1"))
    await send(alice, night("n1"))

    log = (await acme.get("/v1/admin/org/audit-log", params={"action": "samples.ingested"})).json()["data"]
    assert [entry["subject_id"] for entry in log] == ["sleep/summary"]


async def test_the_same_start_under_a_new_id_corrects_the_night(alice: Member) -> None:
    (wrong,) = await send(alice, night("n1", hrv_ms=50, duration_seconds=27000, is_nap=False))
    (right,) = await send(alice, night("n2", end="2026-03-13T04:30:00+01:00", hrv_ms=61))

    (row,) = await nights(alice, explain=True)

    assert [wrong["status"], right["status"]] == ["accepted", "accepted"]
    assert (row["sample_id"], row["hrv_ms"]) == (right["sample_id"], 61)
    assert (row["end"], row["duration_seconds"]) == ("2026-03-13T03:30:00Z", 21600)
    assert [(use["sample_id"], use["use"], use["reason"], use["told_by"]) for use in row["explain"]] == [
        (right["sample_id"], "used", "highest_priority", []),
        (wrong["sample_id"], "dropped", "corrected", [right["sample_id"]]),
    ]


async def test_the_last_of_several_in_a_call_counts_and_a_repeat_corrects_nothing(alice: Member) -> None:
    await send(alice, night("z", hrv_ms=1), night("b", hrv_ms=2), night("m", hrv_ms=3))
    await send(alice, night("z", hrv_ms=1))

    assert [row["hrv_ms"] for row in await nights(alice)] == [3]


async def test_taking_a_correction_back_brings_back_what_it_corrected(alice: Member, acme: Partner) -> None:
    await send(alice, night("n1", hrv_ms=50))
    await send(alice, night("n2", hrv_ms=61, end="2026-03-12T23:45:00+01:00", date="2026-03-12"))
    assert [(row["date"], row["hrv_ms"]) for row in await nights(alice)] == [("2026-03-12", 61)]

    assert (await alice.delete(f"{PATH}/measurements/n2")).status_code == 204

    assert [(row["date"], row["hrv_ms"]) for row in await nights(alice)] == [("2026-03-13", 50)]
    _, corrected, gone = await recorded(acme.tenant, "device.daily_data.updated")
    assert corrected["data"]["days"] == gone["data"]["days"] == ["2026-03-12", "2026-03-13"]
    assert (corrected["data"]["samples_added"], gone["data"]["samples_removed"]) == (1, 1)

    await send(alice, night("n2", hrv_ms=62))
    assert [row["hrv_ms"] for row in await nights(alice)] == [62]


async def test_one_night_with_another_start_is_still_merged(alice: Member) -> None:
    await send(alice, night("n1", hrv_ms=50))
    await send(alice, night("n2", "2026-03-12T22:31:00+01:00", hrv_ms=61))

    (row,) = await nights(alice, explain=True)

    assert (row["hrv_ms"], [use["reason"] for use in row["explain"]]) == (50, ["highest_priority", "told_by_others"])

"""Ingesting workouts, and the catalogue of sports."""

from typing import Any

import pytest

from healthpartner.canonical.sports import SPORTS
from tests.support.api import Api, Member, Partner
from tests.support.recorded import recorded

PATH = "/metrics/workouts/summary"


def workout(client_id: str, **fields: Any) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "sport": {"slug": "running"},
        "start": "2026-03-13T07:00:00+01:00",
        "end": "2026-03-13T07:45:00+01:00",
        **fields,
    }


async def send(member: Member, *items: Any, **body: Any) -> list[dict[str, Any]]:
    return await member.ingest(PATH, *items, **body)


async def workouts(member: Member, **query: Any) -> list[dict[str, Any]]:
    return await member.rows(PATH, **query)


async def test_ingest_requires_a_member_token(alice: Member, acme: Partner) -> None:
    for headers in ({}, {"taih-tenant-key": acme.key}):
        answer = await alice.client.post(alice.path + PATH, json={"data": []}, headers=headers)
        assert answer.status_code == 401


async def test_nobody_ingests_for_another_member(alice: Member, bob: Member, charlie: Member) -> None:
    for stranger in (bob, charlie):
        answer = await stranger.client.post(
            alice.path + PATH, json={"data": [workout("a")]}, headers={"authorization": f"Bearer {stranger.token}"}
        )
        assert answer.status_code == 403
    assert await workouts(alice) == []


async def test_a_workout_is_stored_and_read_back(alice: Member, acme: Partner) -> None:
    (result,) = await send(
        alice,
        workout(
            "w1",
            distance_meters=8012.5,
            active_calories=510,
            heart_rate={"min": 92, "mean": 148, "max": 176},
            elevation_gain_meters=83,
            average_power_watts=251,
            title="Along the Isar",
        ),
    )

    provider = f"partner:acme-{acme.org_id.hex}"
    assert await workouts(alice) == [
        {
            "sample_id": result["sample_id"],
            "provider": provider,
            "providers": [provider],
            "date": "2026-03-13",
            "start": "2026-03-13T06:00:00Z",
            "end": "2026-03-13T06:45:00Z",
            "timezone_offset_minutes": 60,
            "duration_seconds": 2700,
            "sport": {"slug": "running", "name": "Running"},
            "provider_sport": None,
            "title": "Along the Isar",
            "distance_meters": 8012.5,
            "active_calories": 510.0,
            "total_calories": None,
            "active_seconds": None,
            "heart_rate": {"min": 92.0, "mean": 148.0, "max": 176.0, "resting": None},
            "elevation_gain_meters": 83.0,
            "average_power_watts": 251.0,
            "segments": [],
        }
    ]


async def test_a_repeat_is_a_duplicate_with_the_first_sample_id_and_changes_nothing(alice: Member) -> None:
    (first,) = await send(alice, workout("w1", title="one"))

    results = await send(alice, workout("w1", title="two"), workout("w1"))

    assert [(each["status"], each["sample_id"]) for each in results] == [("duplicate", first["sample_id"])] * 2
    assert [row["title"] for row in await workouts(alice)] == ["one"]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"sport": {"slug": "quidditch"}}, "unknown_value", "sport.slug"),
        ({"sport": {}}, "required", "sport.slug"),
        ({"sport": "running"}, "invalid_value", "sport"),
        ({"start": "2026-03-13 7:00"}, "invalid_value", "start"),
        ({"end": "2026-03-13T06:00:00Z"}, "invalid_value", "end"),
        ({"start": "2026-03-01T00:00:00Z"}, "out_of_range", "end"),
        ({"end": "2027-03-13T06:00:00Z"}, "out_of_range", "end"),
        ({"distance_meters": -5}, "out_of_range", "distance_meters"),
        ({"active_calories": "many"}, "invalid_value", "active_calories"),
        ({"heart_rate": {"mean": 170, "max": 150}}, "invalid_value", "heart_rate"),
        ({"average_power_watts": 99999}, "out_of_range", "average_power_watts"),
        ({"title": "x" * 256}, "invalid_value", "title"),
    ],
)
async def test_a_bad_item_is_named_precisely_and_takes_no_other_with_it(
    alice: Member, wrong: dict[str, Any], code: str, field: str
) -> None:
    results = await send(alice, workout("good"), workout("bad") | wrong)

    assert [result["status"] for result in results] == ["accepted", "rejected"]
    assert (results[1]["error"]["code"], results[1]["error"]["field"]) == (code, field)
    assert "quidditch" not in results[1]["error"]["message"]


async def test_a_call_takes_500_items_and_not_one_more(alice: Member) -> None:
    items = [workout(f"w{n}") for n in range(501)]

    answer = await alice.post(PATH, json={"data": items})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")
    assert {result["status"] for result in await send(alice, *items[:500])} == {"accepted"}


async def test_new_workouts_are_announced_with_their_local_days_and_backfill_is_not(
    alice: Member, acme: Partner
) -> None:
    late = {"start": "2026-03-13T23:30:00-08:00", "end": "2026-03-14T00:30:00-08:00"}
    await send(alice, workout("w1", **late), workout("w2", is_backfill=True), workout("w1"))

    (event,) = await recorded(acme.tenant, "device.daily_data.updated")
    assert event["data"] == {
        "metrics": ["workouts"],
        "days": ["2026-03-13"],
        "provider": f"partner:acme-{acme.org_id.hex}",
        "samples_added": 1,
    }


async def test_the_catalogue_of_sports_requires_a_credential(api: Api) -> None:
    assert (await api.client.get("/v1/activity-types")).status_code == 401


async def test_every_sport_is_listed_and_a_current_copy_is_not_sent_again(acme: Partner, alice: Member) -> None:
    first = await acme.get("/v1/activity-types")
    as_member = await alice.client.get("/v1/activity-types", headers={"authorization": f"Bearer {alice.token}"})
    again = await acme.get("/v1/activity-types", headers={"if-none-match": first.headers["etag"]})

    rows = first.json()["data"]
    assert as_member.json()["data"] == rows
    assert {row["slug"] for row in rows} == SPORTS.keys()
    assert {"slug": "running", "name": "Running"} in rows
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("field", ["client_id", "title"])
async def test_text_that_cannot_be_kept_takes_no_other_item_with_it(alice: Member, field: str) -> None:
    results = await send(alice, workout("good"), workout("w1") | {field: "a\x00b"})

    assert [result["status"] for result in results] == ["accepted", "rejected"]
    assert (results[1]["error"]["code"], results[1]["error"]["field"]) == ("invalid_value", field)
    assert len(await workouts(alice)) == 1


async def test_the_same_start_under_a_new_id_corrects_the_workout(alice: Member) -> None:
    (wrong,) = await send(alice, workout("a", title="wrong", distance_meters=9000, active_calories=500))
    (right,) = await send(alice, workout("b", end="2026-03-13T07:20:00+01:00", distance_meters=4000))

    (row,) = await workouts(alice, explain=True)

    assert (row["sample_id"], row["title"], row["active_calories"]) == (right["sample_id"], None, None)
    assert (row["distance_meters"], row["duration_seconds"]) == (4000, 1200)
    assert [(use["sample_id"], use["reason"], use["told_by"]) for use in row["explain"]] == [
        (right["sample_id"], "highest_priority", []),
        (wrong["sample_id"], "corrected", [right["sample_id"]]),
    ]


async def test_a_correction_may_change_the_sport_and_taking_it_back_brings_back_the_first(
    alice: Member, acme: Partner
) -> None:
    await send(alice, workout("a"), workout("b", sport={"slug": "cycling"}))
    assert [row["sport"]["slug"] for row in await workouts(alice)] == ["cycling"]
    assert (await send(alice, workout("a")))[0]["status"] == "duplicate"
    assert [row["sport"]["slug"] for row in await workouts(alice)] == ["cycling"]

    assert (await alice.delete(f"{PATH}/measurements/b")).status_code == 204

    assert [row["sport"]["slug"] for row in await workouts(alice)] == ["running"]
    assert [event["data"]["days"] for event in await recorded(acme.tenant, "device.daily_data.updated")] == [
        ["2026-03-13"]
    ] * 2


async def test_the_first_leg_of_a_triathlon_does_not_correct_the_whole(alice: Member) -> None:
    whole = workout("all", sport={"slug": "multisport"}, end="2026-03-13T10:00:00+01:00")
    await send(alice, whole, workout("swim", sport={"slug": "swimming"}))

    (row,) = await workouts(alice)

    assert (row["sport"]["slug"], [each["sport"]["slug"] for each in row["segments"]]) == ("multisport", ["swimming"])


async def test_a_correction_on_another_clock_is_announced_for_both_days(alice: Member, acme: Partner) -> None:
    await send(alice, workout("a", start="2026-03-13T00:10:00+01:00", end="2026-03-13T01:00:00+01:00"))
    await send(alice, workout("b", start="2026-03-12T23:10:00Z", end="2026-03-13T00:00:00Z"))

    assert [row["date"] for row in await workouts(alice)] == ["2026-03-12"]
    _, corrected = await recorded(acme.tenant, "device.daily_data.updated")
    assert corrected["data"]["days"] == ["2026-03-12", "2026-03-13"]

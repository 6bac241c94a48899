"""Body measures in and out."""

from typing import Any

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.domains.metrics.samples import service as samples
from tests.domains.metrics.fusion.strategies import batch_of
from tests.support.api import Member, Partner

PATH = "/metrics/body/summary"
MORNING = "2026-03-14T06:30:00Z"
MORNING_MS = 1_773_469_800_000


def item(client_id: str, measured_at: str = MORNING, **measures: Any) -> dict[str, Any]:
    return {"client_id": client_id, "measured_at": measured_at, **measures}


async def send(member: Member, *items: Any, **body: Any) -> list[dict[str, Any]]:
    return await member.ingest(PATH, *items, **body)


async def read(member: Member, **query: Any) -> list[dict[str, Any]]:
    return await member.rows(PATH, **query)


async def put(acme: Partner, member: Member, source: SampleSource, slug: str, at_ms: int, value: float) -> None:
    async with acme.tenant.uow(member.user_id) as uow:
        await samples.store(uow, source, batch_of([(at_ms, 0, value, 60)], slug))
        await uow.commit()


async def test_it_requires_a_member_token(alice: Member, acme: Partner) -> None:
    for headers in ({}, {"taih-tenant-key": acme.key}):
        assert (await alice.client.get(alice.path + PATH, headers=headers)).status_code == 401
        assert (await alice.client.post(alice.path + PATH, json={"data": []}, headers=headers)).status_code == 401


async def test_nobody_reaches_another_member(alice: Member, bob: Member, charlie: Member) -> None:
    await send(alice, item("a", weight_kg=70))

    for stranger in (bob, charlie):
        headers = {"authorization": f"Bearer {stranger.token}"}
        assert (await stranger.client.get(alice.path + PATH, headers=headers)).status_code == 403
        assert await read(stranger) == []


async def test_an_entry_is_stored_and_read_back(alice: Member, acme: Partner) -> None:
    measures = {
        "weight_kg": 71.35,
        "bmi": 22.9,
        "body_fat_percent": 18.2,
        "body_water_percent": 55.1,
        "muscle_mass_kg": 55.4,
        "lean_mass_kg": 58.3,
        "visceral_fat": 6,
        "waist_circumference_cm": 81.5,
    }

    (result,) = await send(alice, item("a", "2026-03-13T23:30:00-08:00", **measures))

    (row,) = await read(alice)
    assert row == {
        "sample_id": result["sample_id"],
        "provider": f"partner:acme-{acme.org_id.hex}",
        "measured_at": "2026-03-14T07:30:00Z",
        "date": "2026-03-13",
        "timezone_offset_minutes": -480,
        **measures,
    }


async def test_a_repeat_is_a_duplicate_and_a_correction_keeps_what_it_does_not_name(alice: Member) -> None:
    (first,) = await send(alice, item("a", weight_kg=70, bmi=22))

    again = await send(alice, item("a", weight_kg=99), item("b", weight_kg=71))

    assert [result["status"] for result in again] == ["duplicate", "accepted"]
    assert {result["sample_id"] for result in again} == {first["sample_id"]}
    assert [(row["weight_kg"], row["bmi"]) for row in await read(alice)] == [(71, 22)]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"measured_at": MORNING, "weight_kg": 1}, "required", "client_id"),
        ({"client_id": "x", "weight_kg": 1}, "required", "measured_at"),
        (item("x", "yesterday", weight_kg=70), "invalid_value", "measured_at"),
        (item("x", "2026-03-14T06:30:00", weight_kg=70), "invalid_value", "measured_at"),
        (item("x", "2026-03-16T06:30:00Z", weight_kg=70), "out_of_range", "measured_at"),
        (item("x"), "required", "weight_kg"),
        (item("x", weight_kg=1500), "out_of_range", "weight_kg"),
        (item("x", body_fat_percent=0.18), "out_of_range", "body_fat_percent"),
        (item("x", weight_kg="heavy"), "invalid_value", "weight_kg"),
    ],
)
async def test_an_item_that_is_wrong_leaves_the_others_alone(alice: Member, wrong: Any, code: str, field: str) -> None:
    results = await send(alice, item("a", weight_kg=70), wrong)

    assert [result["status"] for result in results] == ["accepted", "rejected"]
    assert (results[1]["error"]["code"], results[1]["error"]["field"]) == (code, field)
    assert len(await read(alice)) == 1


async def test_more_than_500_items_are_too_many(alice: Member) -> None:
    items = [item(str(n), weight_kg=70) for n in range(501)]

    assert (await alice.post(PATH, json={"data": items})).status_code == 413
    assert await read(alice) == []


async def test_new_entries_are_announced_and_history_is_not(alice: Member, acme: Partner) -> None:
    await send(alice, item("a", weight_kg=70, bmi=22), item("b", "2026-03-12T08:00:00Z", bmi=22, is_backfill=True))

    async with acme.tenant.uow() as uow:
        (event,) = await uow.fetch(
            "SELECT body FROM event WHERE org_id = $1 AND user_id = $2", acme.org_id, alice.user_id
        )
    assert '"metrics":["bmi","weight"],"days":["2026-03-14"]' in event["body"]


async def test_a_copy_of_a_scale_s_entry_in_a_phone_is_not_shown_twice(alice: Member, acme: Partner) -> None:
    scale, phone = SampleSource("withings", "Body+"), SampleSource("apple_health_kit", "iPhone")
    await put(acme, alice, scale, "weight", MORNING_MS, 70.5)
    await put(acme, alice, phone, "weight", MORNING_MS + 12_000, 70.5)
    await put(acme, alice, phone, "waist_circumference", MORNING_MS + 12_000, 80)
    await put(acme, alice, phone, "weight", MORNING_MS + 7_200_000, 71)

    rows = [(row["provider"], row.get("weight_kg"), row.get("waist_circumference_cm")) for row in await read(alice)]

    assert rows == [("apple_health_kit", 71, None), ("apple_health_kit", None, 80), ("withings", 70.5, None)]
    assert [row["weight_kg"] for row in await read(alice, provider="apple_health_kit")] == [71, 70.5]


async def test_an_explanation_says_of_each_measure_who_told_it(alice: Member, acme: Partner) -> None:
    scale, phone = SampleSource("withings", "Body+"), SampleSource("apple_health_kit", "iPhone")
    await put(acme, alice, scale, "weight", MORNING_MS, 70.5)
    await put(acme, alice, phone, "weight", MORNING_MS + 45_000, 70.4)
    await put(acme, alice, phone, "waist_circumference", MORNING_MS + 45_000, 80)
    await put(acme, alice, SampleSource("samsung_health", "Galaxy S25"), "weight", MORNING_MS + 90_000, 70.3)

    rows = [(row["provider"], row["explain"]) for row in await read(alice, explain=True)]

    told = {"kind": "samples", "samples": 1}
    by_scale = told | {"provider": "withings", "device": "Body+", "status": "used", "value": 70.5, "counted": 70.5}
    by_phone = told | {"provider": "apple_health_kit", "device": "iPhone"}
    dropped = {"status": "dropped", "counted": 0, "reason": "a higher source has measured the same minute"}
    waist = {"status": "used", "value": 80, "counted": 80, "overlapped_share": 0}
    alone = {"reason": "the only source with a measurement of this minute"}
    assert rows == [
        ("apple_health_kit", {"waist_circumference_cm": [by_phone | waist | alone]}),
        (
            "withings",
            {
                "weight_kg": [
                    by_scale | {"reason": "comes first where sources overlap", "overlapped_share": 0},
                    by_phone | dropped | {"value": 70.4, "overlapped_share": 0.25},
                    told
                    | dropped
                    | {"provider": "samsung_health", "device": "Galaxy S25", "value": 70.3, "overlapped_share": 0.25},
                ]
            },
        ),
    ]
    assert [set(row["explain"]) for row in await read(alice, explain=True, offset=1)] == [{"weight_kg"}]
    assert not any("explain" in row for row in await read(alice))
    (alone_told,) = await read(alice, explain=True, provider="withings")
    assert [each["reason"] for each in alone_told["explain"]["weight_kg"]] == [alone["reason"]]


async def test_pages_hold_every_entry_once_while_others_arrive(alice: Member) -> None:
    await send(alice, *(item(str(day), f"2026-03-{day:02}T08:00:00Z", weight_kg=70) for day in range(1, 14)))

    seen: list[str] = []
    query: dict[str, Any] = {"limit": 5}
    while True:
        body = (await alice.get(PATH, params=query)).json()
        seen += [row["date"] for row in body["data"]]
        await send(alice, item(f"new-{len(seen)}", f"2026-03-14T0{len(seen) % 9}:00:00Z", weight_kg=70))
        if body["pagination"]["next_cursor"] is None:
            break
        query = {"limit": 5, "cursor": body["pagination"]["next_cursor"]}

    assert seen == [f"2026-03-{day:02}" for day in range(13, 0, -1)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start_date": "2026-03-02", "end_date": "2026-03-01"}, "end_date"),
        ({"start_date": "2024-01-01"}, "start_date"),
        ({"end_date": "0001-01-01"}, "end_date"),
        ({"limit": 0}, "limit"),
    ],
)
async def test_a_window_that_makes_no_sense_is_refused(alice: Member, query: dict[str, Any], field: str) -> None:
    refused = await alice.get(PATH, params=query)

    assert refused.status_code == 422
    assert [detail["field"] for detail in refused.json()["error"]["details"]] == [field]

"""Ingesting timeseries."""

import json
from typing import Any

import pytest

from tests.support.api import Member, Partner

PATH = "/metrics/heart_rate/timeseries"


def item(client_id: str, start: str = "2026-03-13T08:00:00Z", value: Any = 61, **fields: Any) -> dict[str, Any]:
    return {"client_id": client_id, "start": start, "value": value, "unit": "bpm", **fields}


async def send(member: Member, *items: Any, metric: str = "heart_rate", **body: Any) -> list[dict[str, Any]]:
    return await member.ingest(f"/metrics/{metric}/timeseries", *items, **body)


async def stored(member: Member, metric: str = "heart_rate", **query: Any) -> list[dict[str, Any]]:
    window = {"start_time": "2026-03-01T00:00:00Z", "end_time": "2026-03-20T00:00:00Z"}
    return await member.rows(f"/metrics/{metric}/timeseries", **{**window, **query})


async def test_ingest_requires_a_member_token(alice: Member, acme: Partner) -> None:
    for headers in ({}, {"taih-tenant-key": acme.key}):
        answer = await alice.client.post(alice.path + PATH, json={"data": []}, headers=headers)
        assert answer.status_code == 401


async def test_nobody_ingests_for_another_member(alice: Member, bob: Member, charlie: Member) -> None:
    for stranger in (bob, charlie):
        answer = await stranger.client.post(
            alice.path + PATH, json={"data": [item("a")]}, headers={"authorization": f"Bearer {stranger.token}"}
        )
        assert answer.status_code == 403
    assert await stored(alice) == []


async def test_samples_are_stored_and_read_back(alice: Member, acme: Partner) -> None:
    results = await send(alice, item("a"), item("b", "2026-03-13T10:01:00.500+02:00", 72.5, end="2026-03-13T08:02:00Z"))

    assert [result["status"] for result in results] == ["accepted", "accepted"]
    first, second = await stored(alice)
    provider = first["provider"]
    assert provider == f"partner:acme-{acme.org_id.hex}"
    assert first == {
        "start": "2026-03-13T08:00:00Z",
        "end": "2026-03-13T08:00:00Z",
        "unit": "bpm",
        "provider": provider,
        "value": 61.0,
        "sample_id": results[0]["sample_id"],
    }
    assert second["start"] == "2026-03-13T08:01:00.500000Z"
    assert second["end"] == "2026-03-13T08:02:00Z"
    assert second["timezone_offset_minutes"] == 120
    assert second["sample_id"] == results[1]["sample_id"]


async def test_a_repeat_is_a_duplicate_with_the_first_sample_id(alice: Member) -> None:
    (first,) = await send(alice, item("a"))

    again = await send(alice, item("a"), item("b", "2026-03-13T08:01:00Z"), item("a", "2026-03-13T09:00:00Z", 99))

    assert [result["status"] for result in again] == ["duplicate", "accepted", "duplicate"]
    assert again[0]["sample_id"] == again[2]["sample_id"] == first["sample_id"]
    assert [row["value"] for row in await stored(alice)] == [61, 61]


async def test_a_client_id_that_stands_for_another_metric_is_rejected_and_says_so(alice: Member) -> None:
    (first,) = await send(alice, item("a"))
    steps = {"start": "2026-03-13T08:00:00Z", "value": 90, "unit": "count"}

    results = await send(alice, {"client_id": "a", **steps}, {"client_id": "b", **steps}, metric="steps")

    assert [result["status"] for result in results] == ["rejected", "accepted"]
    assert results[0]["error"] == {
        "code": "invalid_value",
        "message": "it stands for a sample of heart_rate already",
        "field": "client_id",
    }
    assert "sample_id" not in results[0]
    assert await send(alice, item("a")) == [first | {"status": "duplicate"}]


async def test_a_client_id_twice_in_a_call_counts_once(alice: Member) -> None:
    results = await send(alice, item("a"), item("a", "2026-03-13T09:00:00Z", 70))

    assert [result["status"] for result in results] == ["accepted", "duplicate"]
    assert results[0]["sample_id"] == results[1]["sample_id"]
    assert len(await stored(alice)) == 1


async def test_a_client_id_of_another_member_is_new(alice: Member, bob: Member) -> None:
    await send(alice, item("a"))

    assert [result["status"] for result in await send(bob, item("a"))] == ["accepted"]


async def test_a_member_with_the_same_id_at_another_tenant_is_another_member(
    alice: Member, acme: Partner, globex: Partner
) -> None:
    await send(alice, item("a", value=61))
    await globex.post("/v1/users", json={"user_id": str(alice.user_id)})
    namesake = await globex.member(alice.user_id)

    assert [result["status"] for result in await send(namesake, item("a", value=99))] == ["accepted"]
    assert [row["value"] for row in await stored(alice)] == [61]
    async with globex.tenant.uow() as uow:
        await uow.execute("DELETE FROM member WHERE user_id = $1", alice.user_id)
        await uow.commit()
    assert [result["status"] for result in await send(alice, item("a"))] == ["duplicate"]
    async with acme.tenant.uow() as uow:
        assert await uow.fetchval("SELECT count(*) FROM sample_client_id WHERE user_id = $1", alice.user_id) == 1


async def test_another_client_id_at_the_same_instant_corrects_the_value(alice: Member) -> None:
    (first,) = await send(alice, item("a", value=61))

    (second,) = await send(alice, item("b", value=64))

    assert second["status"] == "accepted"
    assert second["sample_id"] == first["sample_id"]
    assert [row["value"] for row in await stored(alice)] == [64]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"start": "1850-01-01T00:00:00Z"}, "out_of_range", "start"),
        ({"start": "2026-03-16T09:00:00Z"}, "out_of_range", "start"),
        ({"start": "2026-03-13T08:00:00"}, "invalid_value", "start"),
        ({"start": "2026-02-30T08:00:00Z"}, "invalid_value", "start"),
        ({"start": "yesterday"}, "invalid_value", "start"),
        ({"start": ""}, "invalid_value", "start"),
        ({"start": 5}, "invalid_value", "start"),
        ({"end": "2026-03-13T07:59:59Z"}, "invalid_value", "end"),
        ({"end": "2026-03-13T07:59"}, "invalid_value", "end"),
        ({"end": "2026-03-19T08:00:00Z"}, "out_of_range", "end"),
        ({"start": "2026-01-01T08:00:00Z", "end": "2026-03-01T08:00:00Z"}, "out_of_range", "end"),
        ({"value": None}, "required", "value"),
        ({"value": "61"}, "invalid_value", "value"),
        ({"value": True}, "invalid_value", "value"),
        ({"value": 19.9}, "out_of_range", "value"),
        ({"value": 300.1}, "out_of_range", "value"),
        ({"unit": None}, "invalid_value", "unit"),
        ({"client_id": ""}, "invalid_value", "client_id"),
        ({"client_id": "x" * 256}, "invalid_value", "client_id"),
        ({"is_backfill": "yes"}, "invalid_value", "is_backfill"),
    ],
)
async def test_a_bad_item_is_rejected_and_the_good_ones_are_kept(
    alice: Member, wrong: dict[str, Any], code: str, field: str
) -> None:
    results = await send(alice, item("a"), {**item("b"), **wrong}, item("c", "2026-03-13T08:01:00Z"))

    assert [result["status"] for result in results] == ["accepted", "rejected", "accepted"]
    assert (results[1]["error"]["code"], results[1]["error"]["field"]) == (code, field)
    assert "sample_id" not in results[1]
    assert len(await stored(alice)) == 2


@pytest.mark.parametrize("missing", ["client_id", "start", "unit", "value"])
async def test_a_missing_field_is_named(alice: Member, missing: str) -> None:
    incomplete = {name: value for name, value in item("b").items() if name != missing}

    (result,) = await send(alice, incomplete)

    assert result["client_id"] == (None if missing == "client_id" else "b")
    assert result["error"] == {"code": "required", "message": "this field is required", "field": missing}


@pytest.mark.parametrize("nonsense", [None, 7, "x", [], {}])
async def test_what_is_no_item_is_rejected_alone(alice: Member, nonsense: Any) -> None:
    results = await send(alice, nonsense, item("a"))

    assert [result["status"] for result in results] == ["rejected", "accepted"]


async def test_a_number_beyond_all_bounds_is_rejected_alone(alice: Member) -> None:
    body = b'{"data": [{"client_id": "a", "start": "2026-03-13T08:00:00Z", "unit": "bpm", "value": 1e999}]}'

    answer = await alice.post(PATH, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 200
    assert answer.json()["data"][0]["error"]["field"] == "value"


async def test_a_unit_of_another_quantity_refuses_the_call(alice: Member) -> None:
    items = [item("a"), item("b", unit="mmHg"), {"client_id": 5, "unit": "furlong"}]

    answer = await alice.post(PATH, json={"data": items})

    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "validation_error"
    assert [(detail["field"], detail["code"]) for detail in error["details"]] == [
        ("data.1.unit", "unknown_value"),
        ("data.2.unit", "unknown_value"),
    ]
    assert await stored(alice) == []


async def test_millimoles_become_milligrams(alice: Member) -> None:
    at = "2026-03-13T08:00:00Z"
    mixed = [item("a", at, 5.5, unit="mmol/L"), item("b", "2026-03-13T08:05:00Z", 101, unit="mg/dL")]

    await send(alice, mixed[0] | {"unit": "mmol/L"}, mixed[1] | {"unit": "mg/dL"}, metric="glucose")

    rows = await stored(alice, "glucose")
    assert [row["value"] for row in rows] == [99.1001, 101]
    assert {row["unit"] for row in rows} == {"mg/dL"}


async def test_blood_pressure_has_two_values(alice: Member) -> None:
    pressure = {"start": "2026-03-13T08:00:00Z", "unit": "mmHg"}

    results = await send(
        alice,
        {"client_id": "a", **pressure, "systolic": 121, "diastolic": 79},
        {"client_id": "b", **pressure, "systolic": 121},
        {"client_id": "c", **pressure, "systolic": 121, "diastolic": 5},
        {"client_id": "d", **pressure, "systolic": 80, "diastolic": 120},
        metric="blood_pressure",
    )

    assert [result["status"] for result in results] == ["accepted", *["rejected"] * 3]
    assert [(result["error"]["code"], result["error"]["field"]) for result in results[1:]] == [
        ("required", "diastolic"),
        ("out_of_range", "diastolic"),
        ("invalid_value", "diastolic"),
    ]
    (row,) = await stored(alice, "blood_pressure")
    assert (row["systolic"], row["diastolic"]) == (121, 79)
    assert "value" not in row


async def test_leads_of_one_instant_are_kept_apart(alice: Member) -> None:
    at = {"start": "2026-03-13T08:00:00Z", "unit": "mV"}

    results = await send(
        alice,
        {"client_id": "a", **at, "value": 0.12, "lead": "I"},
        {"client_id": "b", **at, "value": 0.31, "lead": "II"},
        {"client_id": "c", **at, "value": 0.05},
        metric="ecg_voltage",
    )

    assert len({result["sample_id"] for result in results}) == 3
    rows = await stored(alice, "ecg_voltage")
    assert {(row.get("lead"), row["value"]) for row in rows} == {("I", 0.12), ("II", 0.31), (None, 0.05)}


async def test_a_lead_that_only_rejected_items_have_is_no_source(alice: Member, acme: Partner) -> None:
    at = {"start": "2026-03-13T08:00:00Z", "unit": "mV"}

    results = await send(
        alice,
        {"client_id": "a", **at, "value": 1e9, "lead": "I"},
        {"client_id": "b", **at, "value": 0.31, "lead": "II"},
        metric="ecg_voltage",
    )

    assert [result["status"] for result in results] == ["rejected", "accepted"]
    async with acme.tenant.uow(alice.user_id) as uow:
        sources = await uow.fetch("SELECT device FROM sample_source WHERE user_id = $1", alice.user_id)
    assert [source["device"] for source in sources] == ["lead:II"]


async def test_an_unknown_metric_is_not_found(alice: Member) -> None:
    answer = await alice.post("/metrics/charisma/timeseries", json={"data": [item("a")]})

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


async def test_a_thousand_items_are_taken_and_one_more_is_too_large(alice: Member) -> None:
    items = [item(f"i{n}", f"2026-03-13T{n // 60:02}:{n % 60:02}:00Z") for n in range(1001)]

    refused = await alice.post(PATH, json={"data": items})

    assert refused.status_code == 413
    assert refused.json()["error"]["code"] == "payload_too_large"
    assert {result["status"] for result in await send(alice, *items[:1000])} == {"accepted"}
    assert len(await stored(alice, limit=1000)) == 1000


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {}}, {"data": "x"}, {"data": [], "is_backfill": 3}])
async def test_a_body_of_the_wrong_shape_is_refused(alice: Member, body: dict[str, Any]) -> None:
    assert (await alice.post(PATH, json=body)).status_code == 422


async def test_nothing_to_ingest_is_fine(alice: Member) -> None:
    assert await send(alice) == []


async def test_the_token_of_a_deleted_member_is_dead(alice: Member, acme: Partner) -> None:
    await send(alice, item("a"))
    async with acme.tenant.uow() as uow:
        await uow.execute("DELETE FROM member WHERE org_id = $1 AND user_id = $2", acme.org_id, alice.user_id)
        left = await uow.fetchval("SELECT count(*) FROM sample_client_id WHERE user_id = $1", alice.user_id)
        await uow.commit()

    assert left == 0
    assert (await alice.post(PATH, json={"data": [item("b")]})).status_code == 401
    window = {"start_time": "2026-03-01T00:00:00Z", "end_time": "2026-03-20T00:00:00Z"}
    for granularity in ("raw", "one_hour"):
        answer = await alice.get(PATH, params={**window, "granularity": granularity})
        assert answer.status_code == 401


async def events_of(acme: Partner, member: Member) -> list[dict[str, Any]]:
    async with acme.tenant.uow() as uow:
        rows = await uow.fetch("SELECT stream, body FROM event WHERE user_id = $1 ORDER BY position", member.user_id)
    assert all(row["stream"] == "device_data" for row in rows)
    return [json.loads(row["body"])["data"] for row in rows]


async def test_one_event_tells_of_a_call(alice: Member, acme: Partner) -> None:
    await send(
        alice,
        item("a", "2026-03-13T23:30:00Z"),
        item("b", "2026-03-13T23:30:00+01:00"),
        item("c", "2026-03-13T23:30:00-03:00"),
        item("d", "2026-03-13T01:00:00Z", is_backfill=True),
        item("e", "2020-03-13T01:00:00Z", 1),
    )

    assert await events_of(acme, alice) == [
        {
            "metrics": ["heart_rate"],
            "days": ["2026-03-13"],
            "provider": f"partner:acme-{acme.org_id.hex}",
            "samples_added": 3,
        }
    ]


async def test_repeats_and_backfills_announce_nothing(alice: Member, acme: Partner) -> None:
    await send(alice, item("a"), is_backfill=True)
    await send(alice, item("b", "2026-03-13T08:01:00Z", is_backfill=True))
    await send(alice, item("a"))

    assert await events_of(acme, alice) == []

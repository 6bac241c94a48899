"""One entry: read, and taken back."""

from typing import Any
from uuid import uuid4

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.domains.metrics.samples import service as samples
from tests.domains.metrics.fusion.strategies import batch_of
from tests.support.api import Member, Partner

START = "2026-03-13T08:00:00+01:00"
STEPS = {"client_id": "walk", "start": START, "end": "2026-03-13T08:30:00+01:00", "value": 3000, "unit": "count"}
DAY = {"client_id": "day", "date": "2026-03-13", "steps": 8000, "heart_rate": {"max": 150}, "timezone_offset": 60}
SCALE = {"client_id": "scale", "measured_at": START, "weight_kg": 70.5, "bmi": 22}
WEIGHT = {"client_id": "weighing", "start": START, "value": 70.5, "unit": "kg"}
FAT = {"client_id": "fat", "start": START, "value": 18, "unit": "%"}
KINDS = {
    "timeseries": ("/metrics/steps/timeseries", STEPS),
    "activity/summary": ("/metrics/activity/summary", DAY),
    "body/summary": ("/metrics/body/summary", SCALE),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


async def send(member: Member, kind: str, **changes: Any) -> dict[str, Any]:
    path, item = KINDS[kind]
    answer = await member.post(path, json={"data": [{**item, **changes}]})
    result: dict[str, Any] = answer.json()["data"][0]
    return result


def path_of(kind: str, sample_id: str) -> str:
    return f"/metrics/{kind}/measurements/{sample_id}"


async def everything(member: Member) -> list[Any]:
    window = {"start_time": "2026-03-01T00:00:00Z", "end_time": "2026-03-20T00:00:00Z"}
    queries: list[tuple[str, dict[str, str]]] = [
        ("/metrics/steps/timeseries", window),
        ("/metrics/activity/summary", {}),
        ("/metrics/body/summary", {}),
    ]
    return [(await member.get(path, params=query)).json()["data"] for path, query in queries]


async def weights(member: Member) -> list[dict[str, Any]]:
    window = {"start_time": "2026-03-13T00:00:00Z", "end_time": "2026-03-14T00:00:00Z"}
    rows: list[dict[str, Any]] = (await member.get("/metrics/weight/timeseries", params=window)).json()["data"]
    return rows


@every_kind
async def test_it_requires_a_member_token(alice: Member, acme: Partner, kind: str) -> None:
    await send(alice, kind)
    for method in ("GET", "DELETE"):
        for headers in ({}, {"taih-tenant-key": acme.key}):
            path = alice.path + path_of(kind, str(KINDS[kind][1]["client_id"]))
            assert (await alice.client.request(method, path, headers=headers)).status_code == 401


@every_kind
async def test_nobody_finds_what_is_another_member_s(alice: Member, bob: Member, charlie: Member, kind: str) -> None:
    sent = await send(alice, kind)

    for stranger in (bob, charlie):
        for name in (sent["sample_id"], sent["client_id"]):
            for method in ("GET", "DELETE"):
                assert (await stranger.request(method, path_of(kind, name))).status_code == 404
    assert (await alice.get(path_of(kind, sent["sample_id"]))).status_code == 200


@every_kind
async def test_it_is_found_by_either_id_and_under_its_own_name_only(alice: Member, kind: str) -> None:
    sent = await send(alice, kind)

    by_ours, by_theirs = [await alice.get(path_of(kind, sent[name])) for name in ("sample_id", "client_id")]

    assert by_ours.status_code == by_theirs.status_code == 200
    assert by_ours.json() == by_theirs.json()
    assert by_ours.json()["data"]["sample_id"] == sent["sample_id"]
    for other in KINDS.keys() - {kind}:
        assert (await alice.get(path_of(other, sent["sample_id"]))).status_code == 404
    for nothing in (str(uuid4()), "nothing", "x" * 255):
        assert (await alice.get(path_of(kind, nothing))).status_code == 404


async def test_one_client_id_may_stand_for_an_entry_of_each_kind(alice: Member) -> None:
    ids = {kind: (await send(alice, kind, client_id="2026-03-13"))["sample_id"] for kind in KINDS}

    assert len(set(ids.values())) == len(KINDS)
    for kind, sample_id in ids.items():
        found = (await alice.get(path_of(kind, "2026-03-13"))).json()["data"]
        assert found["sample_id"] == sample_id
        assert (await send(alice, kind, client_id="2026-03-13"))["status"] == "duplicate"


async def test_it_says_what_its_source_told(alice: Member, acme: Partner) -> None:
    provider = f"partner:acme-{acme.org_id.hex}"
    rows = {}
    for kind in KINDS:
        sent = await send(alice, kind)
        rows[kind] = (await alice.get(path_of(kind, sent["sample_id"]))).json()["data"]
        assert rows[kind].pop("sample_id") == sent["sample_id"]
        assert rows[kind].pop("provider") == provider
        assert rows[kind].pop("timezone_offset_minutes") == 60

    assert rows == {
        "timeseries": {"start": "2026-03-13T07:00:00Z", "end": "2026-03-13T07:30:00Z", "unit": "count", "value": 3000},
        "activity/summary": {"date": "2026-03-13", "steps": 8000, "heart_rate": {"max": 150}},
        "body/summary": {"measured_at": "2026-03-13T07:00:00Z", "date": "2026-03-13", "weight_kg": 70.5, "bmi": 22},
    }


@every_kind
async def test_to_delete_and_to_send_again_is_to_send(alice: Member, bob: Member, kind: str) -> None:
    await send(bob, kind)
    sent = await send(alice, kind)
    before = await everything(alice)

    deleted = await alice.delete(path_of(kind, sent["client_id"]))

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert await everything(alice) == [[], [], []]
    for name in (sent["sample_id"], sent["client_id"]):
        assert (await alice.get(path_of(kind, name))).status_code == 404
        assert (await alice.delete(path_of(kind, name))).status_code == 404
    assert await send(alice, kind) == sent
    assert await everything(alice) == before
    assert [bool(rows) for rows in await everything(bob)] == [bool(rows) for rows in before]


async def test_every_client_id_of_a_deleted_entry_is_free_again(alice: Member) -> None:
    first = await send(alice, "timeseries")
    await send(alice, "timeseries", client_id="corrected", value=3100)

    await alice.delete(path_of("timeseries", first["sample_id"]))

    assert (await send(alice, "timeseries"))["status"] == "accepted"
    assert (await send(alice, "timeseries", client_id="corrected", value=3100))["status"] == "accepted"


async def test_what_another_provider_told_cannot_be_deleted(alice: Member, acme: Partner) -> None:
    async with acme.tenant.uow(alice.user_id) as uow:
        await samples.store(uow, SampleSource("garmin"), batch_of([(1_773_392_400_000, 600_000, 900.0, 60)]))
        await uow.commit()
    ((row,), *_) = await everything(alice)

    refused = await alice.delete(path_of("timeseries", row["sample_id"]))

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    assert (await alice.get(path_of("timeseries", row["sample_id"]))).status_code == 200


@every_kind
async def test_a_deletion_is_told_and_on_record(alice: Member, acme: Partner, kind: str) -> None:
    sent = await send(alice, kind, is_backfill=True)

    await alice.delete(path_of(kind, sent["sample_id"]))

    async with acme.tenant.uow() as uow:
        (event,) = await uow.fetch("SELECT type, body FROM event WHERE org_id = $1", acme.org_id)
        audited = await uow.fetch(
            "SELECT subject_id FROM audit_entry WHERE org_id = $1 AND action = 'measurement.deleted'", acme.org_id
        )
    assert event["type"] == "device.daily_data.updated"
    assert '"days":["2026-03-13"]' in event["body"]
    assert '"samples_added":0' in event["body"]
    assert [row["subject_id"] for row in audited] == [sent["sample_id"]]


async def test_a_read_only_token_deletes_nothing(alice: Member, acme: Partner) -> None:
    sent = await send(alice, "timeseries")
    reader = await acme.member(alice.user_id, ("member:read",))

    assert (await reader.delete(path_of("timeseries", sent["sample_id"]))).status_code == 403
    assert (await reader.get(path_of("timeseries", sent["sample_id"]))).status_code == 200


async def test_the_unit_that_was_told_stays_known(alice: Member) -> None:
    told = {"client_id": "finger", "start": START, "value": 5.5, "unit": "mmol/L"}
    ours = {"client_id": "sensor", "start": "2026-03-13T09:00:00+01:00", "value": 99, "unit": "mg/dL"}
    await alice.post("/metrics/glucose/timeseries", json={"data": [told, ours]})

    rows = [(await alice.get(path_of("timeseries", name))).json()["data"] for name in ("finger", "sensor")]

    assert [(row["value"], row["unit"]) for row in rows] == [(99.1001, "mg/dL"), (99, "mg/dL")]
    assert [(row.get("original_value"), row.get("original_unit")) for row in rows] == [(5.5, "mmol/L"), (None, None)]


async def test_what_was_told_as_one_kind_and_taken_back_as_the_other_can_be_sent_again(alice: Member) -> None:
    scale = await send(alice, "body/summary")
    (weight,) = await weights(alice)

    assert (await alice.delete(path_of("timeseries", weight["sample_id"]))).status_code == 204

    assert [(row.get("weight_kg"), row["bmi"]) for row in (await everything(alice))[2]] == [(None, 22)]
    assert await send(alice, "body/summary") == scale
    assert [(row["weight_kg"], row["bmi"]) for row in (await everything(alice))[2]] == [(70.5, 22)]
    assert (await alice.get(path_of("body/summary", "scale"))).status_code == 200


async def test_taking_back_a_row_frees_the_ids_of_samples_in_it(alice: Member) -> None:
    for slug, item in (("weight", WEIGHT), ("body_fat", FAT)):
        await alice.post(f"/metrics/{slug}/timeseries", json={"data": [item]})
    ((row,), before) = (await everything(alice))[2], await weights(alice)

    assert (await alice.delete(path_of("body/summary", row["sample_id"]))).status_code == 204

    assert await weights(alice) == []
    for slug, item in (("weight", WEIGHT), ("body_fat", FAT)):
        answer = await alice.post(f"/metrics/{slug}/timeseries", json={"data": [item]})
        assert answer.json()["data"][0]["status"] == "accepted"
    assert await weights(alice) == before
    assert (await everything(alice))[2] == [row]


async def test_ids_of_other_moments_and_of_other_metrics_stay_known(alice: Member) -> None:
    later = "2026-03-13T09:00:00+01:00"
    await send(alice, "body/summary", client_id="later", measured_at=later)
    await send(alice, "timeseries")
    await send(alice, "body/summary")

    await alice.delete(path_of("body/summary", "scale"))

    assert (await send(alice, "body/summary", client_id="later", measured_at=later))["status"] == "duplicate"
    assert (await send(alice, "timeseries"))["status"] == "duplicate"
    assert (await send(alice, "body/summary"))["status"] == "accepted"

"""One night or one workout: read as it was told, and taken back."""

from typing import Any
from uuid import uuid4

import pytest

from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sleep import SleepSession
from healthpartner.canonical.workouts import Workout
from healthpartner.domains.metrics.sleep import service as sleep
from healthpartner.domains.metrics.workouts import service as workouts
from tests.support.api import Member, Partner
from tests.support.recorded import recorded

START, END = "2026-03-12T23:00:00+01:00", "2026-03-13T07:00:00+01:00"
START_MS, END_MS = 1_773_352_800_000, 1_773_381_600_000
ITEMS: dict[str, dict[str, Any]] = {
    "sleep/summary": {"client_id": "x1", "date": "2026-03-13", "start": START, "end": END, "hrv_ms": 60},
    "workouts/summary": {"client_id": "x1", "sport": {"slug": "hiking"}, "start": START, "end": END, "title": "Night"},
}
DAYS = {"sleep/summary": "2026-03-13", "workouts/summary": "2026-03-12"}
every_kind = pytest.mark.parametrize("kind", ITEMS)


async def send(member: Member, kind: str, **changes: Any) -> dict[str, Any]:
    answer = await member.post(f"/metrics/{kind}", json={"data": [{**ITEMS[kind], **changes}]})
    result: dict[str, Any] = answer.json()["data"][0]
    return result


async def rows(member: Member, kind: str) -> Any:
    return (await member.get(f"/metrics/{kind}")).json()["data"]


async def store(acme: Partner, member: Member, kind: str, source: SampleSource) -> None:
    async with acme.tenant.uow(member.user_id) as uow:
        if kind == "sleep/summary":
            await sleep.store(uow, source, [SleepSession(START_MS, END_MS, 60)])
        else:
            await workouts.store(uow, source, [Workout(START_MS, END_MS, "running", offset_minutes=60)])
        await uow.commit()


def path_of(kind: str, sample_id: str) -> str:
    return f"/metrics/{kind}/measurements/{sample_id}"


@every_kind
async def test_it_requires_a_member_token(alice: Member, acme: Partner, kind: str) -> None:
    await send(alice, kind)
    for method in ("GET", "DELETE"):
        for headers in ({}, {"taih-tenant-key": acme.key}):
            path = alice.path + path_of(kind, "x1")
            assert (await alice.client.request(method, path, headers=headers)).status_code == 401


@every_kind
async def test_nobody_finds_what_is_another_members(alice: Member, bob: Member, charlie: Member, kind: str) -> None:
    sent = await send(alice, kind)

    for stranger in (bob, charlie):
        for name in (sent["sample_id"], "x1"):
            for method in ("GET", "DELETE"):
                assert (await stranger.request(method, path_of(kind, name))).status_code == 404
    assert len(await rows(alice, kind)) == 1


@every_kind
async def test_it_is_found_by_either_id_and_under_its_own_name_only(alice: Member, kind: str) -> None:
    sent = await send(alice, kind)

    by_ours, by_theirs = [await alice.get(path_of(kind, name)) for name in (sent["sample_id"], "x1")]

    assert by_ours.status_code == by_theirs.status_code == 200
    assert by_ours.json() == by_theirs.json() == {"data": (await rows(alice, kind))[0]}
    for other in ("sleep/summary", "workouts/summary", "activity/summary", "body/summary", "timeseries"):
        if other != kind:
            assert (await alice.get(path_of(other, sent["sample_id"]))).status_code == 404
            assert (await alice.get(path_of(other, "x1"))).status_code == 404
    for nothing in (str(uuid4()), "nothing", "x" * 255, "%00"):
        assert (await alice.get(path_of(kind, nothing))).status_code == 404


@every_kind
async def test_what_one_source_told_is_untouched_by_what_others_say(alice: Member, acme: Partner, kind: str) -> None:
    await store(acme, alice, kind, SampleSource("garmin"))
    (alone,) = await rows(alice, kind)
    await send(alice, kind)

    assert (await alice.get(path_of(kind, alone["sample_id"]))).json()["data"] == alone
    assert (await rows(alice, kind))[0]["sample_id"] != alone["sample_id"]


@every_kind
async def test_to_delete_and_to_send_again_is_to_send(alice: Member, kind: str) -> None:
    sent = await send(alice, kind)
    before = await rows(alice, kind)

    deleted = await alice.delete(path_of(kind, "x1"))

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert await rows(alice, kind) == []
    for name in (sent["sample_id"], "x1"):
        assert (await alice.delete(path_of(kind, name))).status_code == 404
    assert await send(alice, kind) == sent
    assert await rows(alice, kind) == before


@every_kind
async def test_what_it_covered_is_back_when_it_is_gone(alice: Member, acme: Partner, kind: str) -> None:
    await store(acme, alice, kind, SampleSource("garmin"))
    before = await rows(alice, kind)
    await send(alice, kind)
    assert await rows(alice, kind) != before

    await alice.delete(path_of(kind, "x1"))

    assert await rows(alice, kind) == before


@every_kind
async def test_what_another_provider_told_cannot_be_deleted(alice: Member, acme: Partner, kind: str) -> None:
    await store(acme, alice, kind, SampleSource("garmin"))
    (row,) = await rows(alice, kind)

    refused = await alice.delete(path_of(kind, row["sample_id"]))

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")
    assert await rows(alice, kind) == [row]


@every_kind
async def test_a_deletion_is_told_and_on_record(alice: Member, acme: Partner, kind: str) -> None:
    sent = await send(alice, kind, is_backfill=True)

    await alice.delete(path_of(kind, "x1"))

    (event,) = await recorded(acme.tenant, "device.daily_data.updated")
    assert event["data"]["metrics"] == [kind.partition("/")[0]]
    assert event["data"]["days"] == [DAYS[kind]]
    assert event["data"]["samples_added"] == 0
    log = (await acme.get("/v1/admin/org/audit-log", params={"action": "measurement.deleted"})).json()["data"]
    assert [entry["subject_id"] for entry in log] == [sent["sample_id"]]

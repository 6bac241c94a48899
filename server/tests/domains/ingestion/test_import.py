"""Importing an uploaded export: from the upload to stored samples, the job's report and the events."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from healthpartner.core.jobs.worker import TryAgain
from healthpartner.domains.async_jobs.schemas import JobContext
from healthpartner.domains.ingestion import jobs, reader_process
from healthpartner.domains.ingestion.events import BackfillCompleted
from healthpartner.domains.ingestion.service import IMPORT_JOB
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.service import StoreResult
from tests.providers.fitbit.test_takeout import FILES as TAKEOUT
from tests.providers.fitbit.test_takeout import write_takeout
from tests.providers.health_connect.exports import interval, write_database, write_zip
from tests.support.api import Api, Member, Partner
from tests.support.apple_health import HEAD, TAIL, record, write_export
from tests.support.imports import SAMPLES
from tests.support.jobs import run_job

HEART_RATE = "HKQuantityTypeIdentifierHeartRate"


async def upload(member: Member, content: bytes, content_type: str = "application/zip") -> str:
    made = await member.client.post(
        "/v1/uploads",
        json={"filename": "export", "content_type": content_type},
        headers={"authorization": f"Bearer {member.token}"},
    )
    created = made.json()["data"]
    put = await member.client.put(created["upload_url"], content=content)
    assert put.status_code == 201, put.text
    return str(created["file_url"])


async def start(member: Member, content: bytes, content_type: str = "application/zip", **more: Any) -> str:
    file_url = await upload(member, content, content_type)
    accepted = await member.post("/devices/imports", json={"file_url": file_url, **more})
    assert accepted.status_code == 202, accepted.text
    assert accepted.json()["data"]["status"] == "accepted"
    return str(accepted.json()["data"]["job_id"])


async def job(member: Member, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await member.get(f"/jobs/{job_id}")).json()["data"]
    return found


async def stored_samples(partner: Partner, member: Member) -> int:
    async with partner.tenant.uow(member.user_id) as uow:
        return sum([len(chunk.batch) async for chunk in samples.every_chunk(uow)])


async def events_of(partner: Partner, member: Member) -> dict[str, list[dict[str, Any]]]:
    async with partner.tenant.uow() as uow:
        rows = await uow.fetch("SELECT type, body FROM event WHERE user_id = $1 ORDER BY position", member.user_id)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["type"], []).append(msgspec.json.decode(row["body"])["data"])
    return found


def small_export(*values: int, day: str = "2026-03-01") -> bytes:
    lines = [
        record(HEART_RATE, "Watch", f"{day} 23:{m:02d}:00 -0800", f"{day} 23:{m:02d}:00 -0800", value, "count/min")
        for m, value in enumerate(values)
    ]
    return (HEAD.format(exported="2026-03-10 08:00:00 -0800") + "".join(lines) + TAIL).encode()


@pytest.fixture(scope="session")
def export_zip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path: Path = tmp_path_factory.mktemp("exports") / "export.zip"
    write_export(path, records=3_000)
    return path.read_bytes()


async def test_an_export_becomes_samples_a_report_and_events(
    api: Api, acme: Partner, alice: Member, export_zip: bytes
) -> None:
    job_id = await start(alice, export_zip)
    assert (await job(alice, job_id))["status"] == "accepted"

    await run_job(api, acme.org_id, job_id)

    done = await job(alice, job_id)
    result = done["result"]
    assert done["status"] == "completed"
    assert result["samples_added"] == await stored_samples(acme, alice) > 2_000
    assert result["samples_unchanged"] == result["samples_replaced"] == 0
    kept = result["records_kept"] + result["records_merged"] + sum(result["skipped"].values())
    assert kept == result["records_read"]
    assert result["sleep_sessions_added"] > 0
    assert result["workouts_added"] > 0
    assert done["progress"]["samples_added"] == result["samples_added"]
    events = await events_of(acme, alice)
    (completed,) = events["device.backfill.completed"]
    assert completed["job_id"] == job_id
    assert completed["samples_added"] == result["samples_added"]
    (updated,) = events["device.daily_data.updated"]
    assert "heart_rate" in updated["metrics"]


async def test_nights_and_workouts_of_an_export_are_stored_and_announced(
    api: Api, acme: Partner, alice: Member, export_zip: bytes
) -> None:
    for _ in range(2):
        job_id = await start(alice, export_zip)
        await run_job(api, acme.org_id, job_id)

    result = (await job(alice, job_id))["result"]
    assert (result["sleep_sessions_added"], result["workouts_added"]) == (0, 0)
    (updated,) = (await events_of(acme, alice))["device.daily_data.updated"]
    assert {"sleep", "workouts"} <= set(updated["metrics"])
    async with acme.tenant.uow(alice.user_id) as uow:
        assert await uow.fetchval("SELECT count(*) FROM sleep_session WHERE user_id = $1", alice.user_id) > 0
        assert await uow.fetchval("SELECT count(*) FROM workout WHERE user_id = $1", alice.user_id) > 0


@pytest.mark.parametrize(
    ("name", "kind", "metric"),
    [
        ("fit/garmin-fenix-5-run.fit", "fit", "steps_cadence"),
        ("tcx_gpx/cross-country-skiing_activity_1.tcx", "tcx", "heart_rate"),
        ("tcx_gpx/cerknicko-jezero.gpx", "gpx", "altitude"),
    ],
)
async def test_an_activity_file_shows_its_format_and_is_stored_with_its_way(
    api: Api, acme: Partner, alice: Member, name: str, kind: str, metric: str
) -> None:
    job_id = await start(alice, (SAMPLES / name).read_bytes(), "application/octet-stream")

    await run_job(api, acme.org_id, job_id)

    result = (await job(alice, job_id))["result"]
    assert (result["format"], result["broken"]) == (kind, None)
    assert result["samples_added"] == await stored_samples(acme, alice) > 0
    events = await events_of(acme, alice)
    assert {metric, "workouts"} <= set(events["device.daily_data.updated"][0]["metrics"])
    assert events["device.backfill.completed"][0]["provider"] == kind
    async with acme.tenant.uow(alice.user_id) as uow:
        rows = await uow.fetch("SELECT route FROM workout WHERE user_id = $1", alice.user_id)
    assert all(row["route"] for row in rows)


async def test_archives_are_told_by_what_is_in_them(api: Api, acme: Partner, alice: Member, tmp_path: Path) -> None:
    database = write_database(tmp_path / "export.db", {"steps_record_table": [interval(count=120)]})
    files = {
        "health_connect": write_zip(tmp_path / "phone.zip", database),
        "fitbit_takeout": write_takeout(tmp_path / "takeout.zip", TAKEOUT),
    }
    for kind, path in files.items():
        job_id = await start(alice, path.read_bytes())
        await run_job(api, acme.org_id, job_id)
        assert (await job(alice, job_id))["result"]["format"] == kind

    result = (await job(alice, job_id))["result"]
    assert result["daily_totals_kept"] == 2
    events = (await events_of(acme, alice))["device.daily_data.updated"]
    assert [event["provider"] for event in events] == ["health_connect", "fitbit"]
    assert {"sleep", "workouts", "weight", "resting_heart_rate"} <= set(events[1]["metrics"])
    async with acme.tenant.uow(alice.user_id) as uow:
        assert await uow.fetchval("SELECT count(*) FROM daily_total WHERE user_id = $1", alice.user_id) == 2


async def test_days_are_those_where_the_samples_were_taken(api: Api, acme: Partner, alice: Member) -> None:
    job_id = await start(alice, small_export(60, 61), "application/xml")

    await run_job(api, acme.org_id, job_id)

    (updated,) = (await events_of(acme, alice))["device.daily_data.updated"]
    assert updated == {
        "metrics": ["heart_rate"],
        "days": ["2026-03-01"],
        "provider": "apple_health_kit",
        "samples_added": 2,
    }


async def test_importing_again_adds_nothing_and_announces_no_data(api: Api, acme: Partner, alice: Member) -> None:
    for _ in range(2):
        job_id = await start(alice, small_export(60, 61, 62), "application/xml")
        await run_job(api, acme.org_id, job_id)

    result = (await job(alice, job_id))["result"]
    assert (result["samples_added"], result["samples_unchanged"]) == (0, 3)
    events = await events_of(acme, alice)
    assert len(events["device.backfill.completed"]) == 2
    assert len(events["device.daily_data.updated"]) == 1


async def test_the_file_is_gone_after_the_import(api: Api, acme: Partner, alice: Member) -> None:
    file_url = await upload(alice, small_export(60), "application/xml")
    first = await alice.post("/devices/imports", json={"file_url": file_url})
    await run_job(api, acme.org_id, first.json()["data"]["job_id"])

    again = await alice.post("/devices/imports", json={"file_url": file_url})

    assert again.status_code == 422
    assert again.json()["error"]["details"][0]["field"] == "file_url"
    assert await api.platform.files.delete_prefix(f"{acme.org_id}/{alice.user_id}") == 0


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"GIF89a", "not_an_archive"),
        (b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT" + bytes(50), "checksum_mismatch"),
        (b'<?xml version="1.0"?><Other></Other>', "no_export_found"),
    ],
)
async def test_a_file_that_is_no_export_fails_the_job_with_its_reason(
    api: Api, acme: Partner, alice: Member, content: bytes, error: str
) -> None:
    job_id = await start(alice, content, "application/octet-stream")

    await run_job(api, acme.org_id, job_id)

    failed = await job(alice, job_id)
    assert failed["status"] == "failed"
    assert failed["result"]["error"] == error
    assert failed["result"]["reason"]
    assert await events_of(acme, alice) == {}


async def test_a_document_is_not_imported(alice: Member) -> None:
    file_url = await upload(alice, b"%PDF-1.7", "application/pdf")

    refused = await alice.post("/devices/imports", json={"file_url": file_url})

    assert refused.status_code == 415


async def test_another_members_file_is_not_imported(alice: Member, bob: Member, charlie: Member) -> None:
    file_url = await upload(alice, small_export(60), "application/xml")

    for stranger in (bob, charlie):
        assert (await stranger.post("/devices/imports", json={"file_url": file_url})).status_code == 422


async def test_an_unknown_format_is_refused_at_once(alice: Member) -> None:
    refused = await alice.post("/devices/imports", json={"file_url": "https://x/y", "format": "fax"})

    assert refused.status_code == 422
    assert refused.json()["error"]["details"][0]["field"] == "format"


async def test_an_attempt_after_a_break_counts_what_the_one_before_added(
    api: Api, acme: Partner, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_process, "GROUP_SAMPLES", 1)
    content = small_export(60, 61) + b""
    content = content.replace(TAIL.encode(), b"") + _steps() + TAIL.encode()
    job_id = await start(alice, content, "application/xml")
    store, calls = samples.store_many, 0

    async def breaking(*arguments: Any) -> list[StoreResult]:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("broken")
        return await store(*arguments)

    monkeypatch.setattr(samples, "store_many", breaking)
    with pytest.raises(TryAgain):
        await run_job(api, acme.org_id, job_id)
    between = await job(alice, job_id)
    assert between["status"] == "running"
    assert between["progress"]["samples_added"] > 0

    await run_job(api, acme.org_id, job_id)

    result = (await job(alice, job_id))["result"]
    assert (result["samples_added"], result["samples_unchanged"]) == (3, 0)
    (updated,) = (await events_of(acme, alice))["device.daily_data.updated"]
    assert updated["metrics"] == ["heart_rate", "steps"]
    assert updated["days"] == ["2026-03-01", "2026-03-02"]


def _steps() -> bytes:
    begin, end = "2026-03-02 10:00:00 -0800", "2026-03-02 10:05:00 -0800"
    return record("HKQuantityTypeIdentifierStepCount", "Watch", begin, end, 400, "count").encode()


async def test_a_member_deleted_meanwhile_ends_the_import(api: Api, acme: Partner, alice: Member) -> None:
    job_id = await start(alice, small_export(60), "application/xml")

    async def deleting(context: JobContext) -> None:
        async with acme.tenant.uow() as uow:
            await uow.execute("DELETE FROM member WHERE user_id = $1", alice.user_id)
            await uow.commit()
        await jobs.import_health_export(context)

    await run_job(api, acme.org_id, job_id, {IMPORT_JOB: deleting})

    async with acme.tenant.uow() as uow:
        assert await uow.fetchval("SELECT count(*) FROM job WHERE job_id = $1", UUID(job_id)) == 0


def test_the_example_of_the_event_is_what_it_holds() -> None:
    example = BackfillCompleted.example
    event = msgspec.convert(example, BackfillCompleted)
    assert event.data() == example
    assert event.last_day == date(2026, 3, 14)

"""A member takes along everything that is held about them, and nothing of anybody else."""

import io
import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import asyncpg
import pytest
from fhir.resources.R4B.bundle import Bundle

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.privacy.data_exports import service
from healthpartner.domains.privacy.data_exports.jobs import jobs
from healthpartner.domains.sandbox import service as synthetic
from healthpartner.domains.sandbox.schemas import LifeInput
from healthpartner.entrypoints.personal_data import SECTIONS
from tests.support.api import Api, Member, Partner
from tests.support.jobs import run_job

PATH = "/data-exports"
# Tables about members that no export needs, and why.
NOT_EXPORTED = {
    "sample_client_id": "hashes of the partner's own ids, which lead to samples that are exported",
    "packing_progress": "how far the member's data was packed by age, which says nothing about the member",
    "retention_progress": "how far the member's data was gone through by age, which says nothing about the member",
    "figure_month": "daily figures once more, by the month",
    "idempotency_record": "answers kept for a day, sealed; what they say is exported",
}


async def start(member: Member) -> UUID:
    started = await member.post(PATH)
    assert started.status_code == 202, started.text
    assert started.json()["data"]["status"] == "accepted"
    return UUID(started.json()["data"]["job_id"])


async def result_of(api: Api, partner: Partner, member: Member) -> dict[str, Any]:
    job_id = await start(member)
    await run_job(api, partner.org_id, job_id, jobs(SECTIONS))
    job = (await member.get(f"/jobs/{job_id}")).json()["data"]
    assert job["status"] == "completed", job
    result: dict[str, Any] = job["result"]
    return result


async def fetched(api: Api, result: Mapping[str, Any]) -> ZipFile:
    answer = await api.client.get(result["download_url"])
    assert answer.status_code == 200
    assert len(answer.content) == result["size_bytes"] == int(answer.headers["content-length"])
    return ZipFile(io.BytesIO(answer.content))


def rows(archive: ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"{name}.ndjson").splitlines()]


@pytest.fixture
async def lived(api: Api, alice: Member) -> Member:
    """Alice with a profile, a device, samples and a document."""
    profile = {"birthday": "1984-05-01", "gender": "non_binary", "location": {"city": "Bern"}, "phone": "+41 31 1"}
    assert (await alice.patch("", json=profile)).status_code == 204
    await alice.post("/devices/actions/register", json={"platform": "health_connect"})
    beat = {"client_id": "a", "start": "2026-03-13T10:00:00+01:00", "value": 61, "unit": "bpm"}
    await alice.post("/metrics/heart_rate/timeseries", json={"data": [beat]})
    cuff = {"client_id": "b", "start": "2026-03-13T10:00:00Z", "systolic": 121, "diastolic": 79, "unit": "mmHg"}
    await alice.post("/metrics/blood_pressure/timeseries", json={"data": [cuff]})
    walk = {
        "client_id": "c",
        "start": "2026-03-13T10:00:00Z",
        "end": "2026-03-13T10:10:00Z",
        "value": 900,
        "unit": "count",
    }
    await alice.post("/metrics/steps/timeseries", json={"data": [walk]})
    day = {"client_id": "d", "date": "2026-03-13", "steps": 9000, "heart_rate": {"max": 140}}
    await alice.post("/metrics/activity/summary", json={"data": [day]})
    asked = {"filename": "../my report.pdf", "content_type": "application/pdf"}
    bearer = {"authorization": f"Bearer {alice.token}"}
    upload = (await api.client.post("/v1/uploads", json=asked, headers=bearer)).json()["data"]
    assert (await api.client.put(upload["upload_url"], content=b"%PDF-1.7 of alice")).status_code == 201
    return alice


async def test_an_export_needs_the_members_own_token(alice: Member, bob: Member, charlie: Member) -> None:
    assert (await alice.client.post(alice.path + PATH)).status_code == 401
    for stranger in (bob, charlie):
        refused = await alice.post(PATH, headers={"authorization": f"Bearer {stranger.token}"})
        assert refused.status_code == 403


async def test_everything_held_is_in_the_archive(api: Api, acme: Partner, lived: Member, bob: Member) -> None:
    beat = {"client_id": "bob", "start": "2026-03-13T11:00:00Z", "value": 99, "unit": "bpm"}
    await bob.post("/metrics/heart_rate/timeseries", json={"data": [beat]})

    archive = await fetched(api, await result_of(api, acme, lived))

    assert archive.testzip() is None
    (profile,) = rows(archive, "profile")
    assert profile["profile"]["name"] == "Alice Liddell"
    assert [row["value"] for row in rows(archive, "samples/heart_rate")] == [61]
    assert rows(archive, "samples/heart_rate")[0]["start"] == "2026-03-13T10:00:00+01:00"
    assert [(row["systolic"], row["diastolic"]) for row in rows(archive, "samples/blood_pressure")] == [(121, 79)]
    totals = [(row["metric"], row.get("value"), row.get("maximum")) for row in rows(archive, "daily_totals")]
    assert totals == [("heart_rate", None, 140), ("steps", 9000, None)]
    assert [row["provider_slug"] for row in rows(archive, "devices")] == ["health_connect"]
    assert {row["event_type"] for row in rows(archive, "events")} >= {"device.connection.updated"}
    assert {row["action"] for row in rows(archive, "audit_log")} >= {"member.created", "samples.ingested"}
    (document,) = [name for name in archive.namelist() if name.startswith("files/")]
    assert document.endswith("-my_report.pdf")
    assert archive.read(document) == b"%PDF-1.7 of alice"
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert str(bob.user_id).encode() not in whole


async def test_the_manifest_and_the_job_count_what_is_there(api: Api, acme: Partner, lived: Member) -> None:
    result = await result_of(api, acme, lived)
    archive = await fetched(api, result)

    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["user_id"] == str(lived.user_id)
    assert manifest["records"] == result["records"]
    for name, count in result["records"].items():
        if name != "files":
            assert len(rows(archive, name)) == count


async def test_the_bundle_is_fhir(api: Api, acme: Partner, lived: Member) -> None:
    archive = await fetched(api, await result_of(api, acme, lived))

    told = json.loads(archive.read("fhir/bundle.json"))
    Bundle.model_validate(told)
    resources = [entry["resource"] for entry in told["entry"]]
    (patient,) = [one for one in resources if one["resourceType"] == "Patient"]
    assert (patient["birthDate"], patient["gender"]) == ("1984-05-01", "other")
    by_text = {one["code"]["text"]: one for one in resources if one["resourceType"] == "Observation"}
    beat = by_text["Heart rate"]
    assert beat["code"]["coding"][0] == {"system": "http://loinc.org", "code": "8867-4"}
    assert beat["valueQuantity"] == {
        "value": 61.0, "unit": "bpm", "system": "http://unitsofmeasure.org", "code": "{beats}/min",
    }  # fmt: skip
    assert beat["subject"]["reference"] == f"urn:uuid:{lived.user_id}"
    assert [part["valueQuantity"]["value"] for part in by_text["Blood pressure"]["component"]] == [121, 79]
    assert by_text["Steps"]["effectivePeriod"] == {"start": "2026-03-13T10:00:00Z", "end": "2026-03-13T10:10:00Z"}


async def test_nights_and_workouts_are_there_as_their_sources_told_them(api: Api, acme: Partner, alice: Member) -> None:
    async with UnitOfWork(api.platform.database.tenants, api.platform.clock, acme.org_id, user_id=alice.user_id) as uow:
        past = await synthetic.give_past(uow, LifeInput("runner", seed=1, months=1))
        await uow.commit()

    archive = await fetched(api, await result_of(api, acme, alice))

    nights, workouts = rows(archive, "sleep"), rows(archive, "workouts")
    assert (len(nights), len(workouts)) == (past.nights, past.workouts)
    assert {each["stage"] for each in nights[0]["stages"]} >= {"light", "deep", "rem"}
    assert {each["sport"] for each in workouts} == {"running", "cycling"}


async def test_a_member_with_nothing_gets_an_export_too(api: Api, acme: Partner, alice: Member) -> None:
    archive = await fetched(api, await result_of(api, acme, alice))

    Bundle.model_validate(json.loads(archive.read("fhir/bundle.json")))
    assert rows(archive, "devices") == []


async def test_the_partner_is_told_without_the_address(api: Api, acme: Partner, alice: Member) -> None:
    result = await result_of(api, acme, alice)

    bodies = await api.platform.database.system.fetch(
        "SELECT body FROM event WHERE org_id = $1 AND type = 'data_export.ready'", acme.org_id
    )
    (data,) = [json.loads(row["body"])["data"] for row in bodies]
    assert data["size_bytes"] == result["size_bytes"]
    assert "downloads" not in bodies[0]["body"]


async def test_an_address_ends_after_a_day_or_with_the_next_export(
    api: Api, acme: Partner, alice: Member, clock: SettableClock
) -> None:
    first = await result_of(api, acme, alice)
    second = await result_of(api, acme, alice)
    platform = api.platform

    await service.sweep(platform.database, platform.files, clock)
    assert (await api.client.get(first["download_url"])).status_code == 404
    assert (await api.client.get(second["download_url"])).status_code == 200

    clock.advance(timedelta(hours=24))
    assert (await api.client.get(second["download_url"])).status_code == 404
    await service.sweep(platform.database, platform.files, clock)
    assert await platform.files.delete_prefix(f"{acme.org_id}/{alice.user_id}") == 0


@pytest.mark.parametrize("token", ["x", "A" * 400, "%2e%2e", "é"])
async def test_an_address_that_we_did_not_make_leads_nowhere(api: Api, token: str) -> None:
    answer = await api.client.get(f"/v1/downloads/{token}")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


async def test_a_changed_address_leads_nowhere(api: Api, acme: Partner, alice: Member) -> None:
    url = (await result_of(api, acme, alice))["download_url"]

    for at in (-30, -60, -90):
        changed = url[:at] + ("A" if url[at] != "A" else "B") + url[at + 1 :]
        assert (await api.client.get(changed)).status_code == 404


async def test_a_member_erased_meanwhile_leaves_no_archive(api: Api, acme: Partner, alice: Member) -> None:
    job_id = await start(alice)
    assert (await alice.delete("")).status_code == 204

    await run_job(api, acme.org_id, job_id, jobs(SECTIONS)) if await _is_there(api, job_id) else None

    assert await api.platform.files.delete_prefix(f"{acme.org_id}/{alice.user_id}") == 0


async def _is_there(api: Api, job_id: UUID) -> bool:
    return bool(await api.platform.database.system.fetchval("SELECT true FROM job WHERE job_id = $1", job_id))


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[Any]:
    opened = await asyncpg.connect(database.url)
    yield opened
    await opened.close()


async def test_every_table_about_members_is_exported_or_has_a_reason_not_to_be(connection: Any) -> None:
    found = await connection.fetch(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'user_id'"
    )
    exported = {table for section in SECTIONS for table in section.tables}

    assert {row["table_name"] for row in found} - exported - NOT_EXPORTED.keys() == set()
    assert exported & NOT_EXPORTED.keys() == set()


def test_ids_of_exports_are_no_names() -> None:
    org_id, user_id, export_id = uuid4(), uuid4(), uuid4()

    assert service.file_key(org_id, user_id, export_id) == f"{org_id}/{user_id}/export-{export_id}"

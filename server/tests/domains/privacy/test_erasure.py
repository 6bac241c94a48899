"""Erasing a member: nothing that was held about them is left anywhere."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.core.jobs.worker import JobWorker
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.packing.jobs import pack_organization
from healthpartner.domains.metrics.retention.schemas import Retention
from healthpartner.domains.privacy.data_exports.jobs import jobs
from healthpartner.domains.sandbox import service as synthetic
from healthpartner.domains.sandbox.schemas import LifeInput
from healthpartner.entrypoints import retention
from healthpartner.entrypoints.personal_data import SECTIONS
from healthpartner.entrypoints.worker import handlers_of
from tests.support.api import Api, Member, Partner, make_platform, open_api
from tests.support.jobs import run_job

NAME, EMAIL, EXTERNAL_ID, CITY = "Zebulon Quist", "zebulon.quist@example.org", "quist-4711", "Llanfairpwll"


@pytest.fixture
async def own_api(
    quiet_database: Database, clock: SettableClock, keyring: Keyring, tmp_path: Path
) -> AsyncIterator[Api]:
    """The API on a database and a file store of the test's own, since it looks into everything."""
    opened = open_api(await make_platform(quiet_database, clock, keyring, tmp_path))
    async with opened.client:
        yield opened


async def everything_held(url: str) -> dict[str, list[str]]:
    """Every row of every table as text, by table."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        return {
            name: [row["row"] for row in await connection.fetch(f'SELECT t::text AS row FROM "{name}" AS t')]
            for (name,) in tables
        }
    finally:
        await connection.close()


async def tables_of_members(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'user_id'"
        )
        return {row["table_name"] for row in found}
    finally:
        await connection.close()


async def tables_that_follow_the_member(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch(
            "SELECT conrelid::regclass::text AS name FROM pg_constraint "
            "WHERE contype = 'f' AND confrelid = 'member'::regclass AND confdeltype = 'c'"
        )
        return {row["name"] for row in found}
    finally:
        await connection.close()


def naming(held: dict[str, list[str]], *values: str) -> dict[str, list[str]]:
    """The rows that hold one of the values, as text or as the bytes of the text or of the id."""
    wanted = {value.lower() for value in values}
    wanted |= {value.encode().hex() for value in values}
    wanted |= {value.replace("-", "").lower() for value in values}
    found = {
        table: [row for row in rows if any(value in row.lower() for value in wanted)] for table, rows in held.items()
    }
    return {table: rows for table, rows in found.items() if rows}


def paths_below(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*")]


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def live(member: Member, api: Api, org_id: UUID, mark: str) -> None:
    """Leaves traces of the member wherever the API can."""
    changed = await member.patch(
        "", json={"phone": "+49 30 901820", "location": {"city": CITY}}, headers={"idempotency-key": mark}
    )
    assert changed.status_code == 204
    headers = {"idempotency-key": mark, "x-request-id": mark}
    linked = await member.post("/devices/actions/register", json={"platform": "health_connect"}, headers=headers)
    assert linked.status_code == 201
    await member.patch("/privacy-settings", json={"conversation_recording_opt_in": True})
    await import_and_ingest(member, mark)
    async with UnitOfWork(api.platform.database.tenants, api.platform.clock, org_id, user_id=member.user_id) as uow:
        await synthetic.give_past(uow, LifeInput("runner", seed=1, months=1))
        await uow.commit()
    exported = await member.post("/data-exports")
    await run_job(api, org_id, exported.json()["data"]["job_id"], jobs(SECTIONS))
    await api.platform.files.put(
        f"{org_id}/{member.user_id}/{uuid4()}", chunks(NAME.encode()), content_type="text/plain", maximum_bytes=1_000
    )


async def import_and_ingest(member: Member, mark: str) -> None:
    headers = {"authorization": f"Bearer {member.token}"}
    asked = {"filename": f"{mark}.xml", "content_type": "application/xml"}
    upload = (await member.client.post("/v1/uploads", json=asked, headers=headers)).json()["data"]
    content = b"<?xml version='1.0'?><HealthData locale='en_GB'></HealthData>"
    stored = await member.client.put(upload["upload_url"], content=content)
    assert stored.status_code == 201, stored.text
    started = await member.post("/devices/imports", json={"file_url": upload["file_url"]})
    assert started.status_code == 202, started.text
    beat = {"client_id": mark, "start": "2026-03-13T10:00:00Z", "value": 61, "unit": "bpm"}
    ingested = await member.post("/metrics/heart_rate/timeseries", json={"data": [beat]})
    assert ingested.status_code == 200, ingested.text
    weights = [
        {"client_id": f"{mark} {day}", "start": f"2025-10-0{day}T07:00:00Z", "value": 61, "unit": "kg"}
        for day in (1, 2)
    ]
    assert (await member.post("/metrics/weight/timeseries", json={"data": weights})).status_code == 200
    day = {"client_id": f"{mark} day", "date": "2026-03-13", "steps": 9000}
    assert (await member.post("/metrics/activity/summary", json={"data": [day]})).status_code == 200


async def drain_jobs(api: Api, url: str) -> None:
    """Runs the worker until the queue is empty."""

    stop = asyncio.Event()
    running = asyncio.create_task(JobWorker(url, handlers_of(api.platform)).run(stop))
    async with asyncio.timeout(20):
        while await api.platform.database.system.fetchval("SELECT count(*) FROM pgqueuer"):  # noqa: ASYNC110 - another process could empty it
            await asyncio.sleep(0.02)
    stop.set()
    await running


async def a_life(api: Api) -> tuple[Partner, Member, Member]:
    """A partner, a member with a past, and another member who stays."""
    partner = await api.partner("Acme")
    profile = {"first_name": "Zebulon", "last_name": "Quist", "email": EMAIL, "external_id": EXTERNAL_ID}
    made = await partner.post("/v1/users", json=profile)
    member = await partner.member(UUID(made.json()["data"]["user_id"]))
    other = await partner.add_member(first_name="Bob")
    await live(member, api, partner.org_id, EXTERNAL_ID)
    await live(other, api, partner.org_id, "someone-else")
    await retention.change(api.platform, partner.org_id, Retention(delete_after_days=36_000))
    await retention.follow(api.platform, partner.org_id, dry=False)
    await pack_organization(api.platform.database, api.platform.clock, partner.org_id)
    return partner, member, other


async def test_erasure_needs_the_members_own_token(alice: Member, bob: Member, charlie: Member) -> None:
    assert (await alice.client.delete(alice.path)).status_code == 401
    for stranger in (bob, charlie):
        refused = await alice.delete("", headers={"authorization": f"Bearer {stranger.token}"})
        assert refused.status_code == 403
    assert (await alice.get("")).status_code == 200


async def test_a_read_only_token_cannot_erase(acme: Partner, alice: Member) -> None:
    reader = await acme.member(alice.user_id, ("member:read",))

    assert (await reader.delete("")).status_code == 403


async def test_the_token_is_dead_at_once(alice: Member, bob: Member) -> None:
    erased = await alice.delete("")

    assert (erased.status_code, erased.content) == (204, b"")
    for path in ("", "/health-profile", "/privacy-settings", "/devices"):
        assert (await alice.get(path)).status_code == 401
    assert (await alice.patch("", json={"name": "Alice"})).status_code == 401
    assert (await alice.delete("")).status_code == 401
    assert (await bob.get("")).status_code == 200


async def test_nothing_of_a_member_is_left_in_any_table_or_file(own_api: Api, tmp_path: Path) -> None:
    database = own_api.platform.database
    partner, member, other = await a_life(own_api)
    values = (str(member.user_id), "Zebulon", "Quist", NAME, EMAIL, EXTERNAL_ID)
    before = naming(await everything_held(database.url), *values)
    unmarked = await tables_of_members(database.url) - set(before)
    assert not unmarked, "this test must leave a trace in every table about members"

    erased = await member.delete("", headers={"idempotency-key": EXTERNAL_ID, "x-request-id": str(member.user_id)})
    await drain_jobs(own_api, database.url)

    assert erased.status_code == 204
    left = naming(await everything_held(database.url), *values)
    assert list(left) == ["event"]
    (row,) = left["event"]
    assert "member.deleted" in row
    assert not [value for value in values[1:] if value in row]
    kept = paths_below(tmp_path)
    assert not [path for path in kept if str(member.user_id) in path]
    assert [path for path in kept if f"{partner.org_id}/{other.user_id}/" in path]


async def test_every_table_about_members_follows_the_member(database: Database) -> None:
    by_hand, by_trigger = {"member", "event", "audit_entry"}, {"sample_client_id"}

    others = await tables_of_members(database.url) - await tables_that_follow_the_member(database.url)

    assert others == by_hand | by_trigger


async def test_what_happened_stays_on_record_without_whom(own_api: Api) -> None:
    partner, member, other = await a_life(own_api)
    before = (await partner.get("/v1/admin/org/audit-log", params={"limit": 100})).json()["data"]

    await member.delete("")

    after = (await partner.get("/v1/admin/org/audit-log", params={"limit": 100})).json()["data"]
    assert len(after) == len(before) + 1
    (tombstone,) = [entry for entry in after if entry["action"] == "member.erased"]
    assert tombstone["actor_type"] == "member"
    assert {tombstone[name] for name in ("actor_id", "subject_id", "user_id", "request_id")} == {None}
    about_the_other = [entry for entry in after if entry["user_id"] == str(other.user_id)]
    assert about_the_other == [entry for entry in before if entry["user_id"] == str(other.user_id)]


async def test_the_partner_is_told_with_one_event(acme: Partner, alice: Member) -> None:
    await alice.post("/devices/actions/register", json={"platform": "health_connect"})
    await alice.delete("")

    async with acme.tenant.uow() as uow:
        events: list[Any] = await uow.fetch("SELECT type, stream, user_id FROM event")
    assert [tuple(event) for event in events] == [("member.deleted", "account", alice.user_id)]


async def test_the_same_person_can_be_registered_again_as_someone_new(acme: Partner, alice: Member) -> None:
    await alice.delete("")

    again = await acme.post("/v1/users", json={"user_id": str(alice.user_id)})

    assert again.status_code == 201
    assert (await (await acme.member(alice.user_id)).get("")).json()["data"]["profile"]["name"] is None


async def test_erasures_at_once_succeed_once(alice: Member) -> None:
    answers = await asyncio.gather(*(alice.delete("") for _ in range(5)))

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 401, 409}


async def test_changes_at_the_same_time_outlive_no_member(acme: Partner, alice: Member) -> None:
    changes = [alice.patch("", json={"name": f"Alice {number}"}) for number in range(6)]
    links = [alice.post("/devices/actions/register", json={"platform": "health_connect"}) for _ in range(4)]

    answers = await asyncio.gather(*changes[:3], *links[:2], alice.delete(""), *changes[3:], *links[2:])

    assert {answer.status_code for answer in answers} <= {201, 204, 401}
    async with acme.tenant.uow() as uow:
        left = await uow.fetch("SELECT action FROM audit_entry WHERE user_id = $1", alice.user_id)
        told = await uow.fetch("SELECT type FROM event WHERE user_id = $1", alice.user_id)
    assert left == []
    assert [row["type"] for row in told] == ["member.deleted"]

"""A partner makes a synthetic member, who then has a past."""

import time
from base64 import b64encode
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from healthpartner.core.clock import SettableClock
from healthpartner.core.config import Settings
from healthpartner.core.config.database import DatabaseSettings
from healthpartner.core.config.deployment import DeploymentSettings
from healthpartner.core.config.http import HttpSettings
from healthpartner.core.config.security import SecuritySettings
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.domains.sandbox.jobs import JOBS
from tests.support.api import Api, Member, Partner, make_platform, open_api
from tests.support.jobs import run_job

PATH = "/v1/sandbox/members"


async def make(partner: Partner, api: Api, **asked: Any) -> tuple[Member, dict[str, Any]]:
    """The member, and what the job answered."""
    made = await partner.post(PATH, json={"persona": "runner", "seed": 3, "months": 1, **asked})
    assert made.status_code == 202, made.text
    accepted = made.json()["data"]
    member = await partner.member(UUID(accepted["user_id"]))
    await run_job(api, partner.org_id, accepted["job_id"], JOBS)
    job = (await member.get(f"/jobs/{accepted['job_id']}")).json()["data"]
    assert job["status"] == "completed", job
    return member, job["result"]


async def heart_rates(member: Member) -> list[tuple[str, float]]:
    window = {"start_time": "2026-03-10T00:00:00Z", "end_time": "2026-03-12T00:00:00Z", "limit": "1000"}
    rows = (await member.get("/metrics/heart_rate/timeseries", params=window)).json()["data"]
    return [(row["start"], row["value"]) for row in rows]


async def test_it_needs_a_tenant_key(api: Api, alice: Member) -> None:
    body = {"persona": "runner"}
    assert (await api.client.post(PATH, json=body)).status_code == 401
    bearer = {"authorization": f"Bearer {alice.token}"}
    assert (await api.client.post(PATH, json=body, headers=bearer)).status_code == 401


async def test_another_tenant_does_not_see_the_member(api: Api, acme: Partner, globex: Partner) -> None:
    member, _ = await make(acme, api)
    stranger = await globex.member(member.user_id)

    assert (await stranger.get("")).status_code == 401


async def test_the_member_has_a_profile_a_device_and_a_past(api: Api, acme: Partner) -> None:
    member, result = await make(acme, api)

    told = (await member.get("/health-profile")).json()["data"]
    assert told["profile"]["timezone"] == "Europe/London"
    assert [each["provider_slug"] for each in told["connected_devices"]] == ["apple_health_kit"]
    assert len(await heart_rates(member)) > 400
    assert result["samples"] > 10_000
    assert result["nights"] > 50
    assert result["workouts"] > 15
    assert (result["first_day"], result["last_day"]) == ("2026-02-12", "2026-03-14")


async def test_nothing_is_in_the_future(api: Api, acme: Partner, clock: SettableClock) -> None:
    member, _ = await make(acme, api)

    ends = await api.platform.database.system.fetch(
        "SELECT max(last_at) AS last FROM sample_chunk WHERE user_id = $1 UNION ALL "
        "SELECT max(end_at) FROM sleep_session WHERE user_id = $1",
        member.user_id,
    )
    assert all(row["last"] <= clock.now() for row in ends)


async def test_one_persona_and_seed_made_twice_are_identical(api: Api, acme: Partner, globex: Partner) -> None:
    first, told_first = await make(acme, api)
    second, told_second = await make(globex, api)
    other, _ = await make(acme, api, seed=4)

    assert await heart_rates(first) == await heart_rates(second)
    assert told_first == told_second
    assert await heart_rates(first) != await heart_rates(other)


async def test_the_same_external_id_is_the_same_member(api: Api, acme: Partner) -> None:
    first, _ = await make(acme, api, external_id="synthetic-1")
    second, _ = await make(acme, api, external_id="synthetic-1")

    assert first.user_id == second.user_id


async def test_the_partner_is_told_when_the_past_is_there(api: Api, acme: Partner) -> None:
    await make(acme, api)

    types = await api.platform.database.system.fetch("SELECT type FROM event WHERE org_id = $1", acme.org_id)
    assert {row["type"] for row in types} == {"device.connection.updated", "device.backfill.completed"}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"persona": "superhero"}, "persona", "unknown_value"),
        ({"seed": -1}, "seed", "out_of_range"),
        ({"months": 61}, "months", "out_of_range"),
        ({"months": 0}, "months", "out_of_range"),
    ],
)
async def test_what_is_asked_for_is_checked(acme: Partner, changed: dict[str, Any], field: str, code: str) -> None:
    refused = await acme.post(PATH, json={"persona": "runner", **changed})

    assert refused.status_code == 422
    assert [(each["field"], each["code"]) for each in refused.json()["error"]["details"]] == [(field, code)]


async def test_production_refuses(database: Database, clock: SettableClock, keyring: Keyring, tmp_path: Path) -> None:
    settings = Settings(
        deployment=DeploymentSettings(environment="production", data_dir=tmp_path),
        database=DatabaseSettings(url=database.url),
        security=SecuritySettings(master_keys=SecretStr(b64encode(bytes(32)).decode())),
        http=HttpSettings(public_url="https://api.example.org"),
    )
    live = open_api(await make_platform(database, clock, keyring, tmp_path, settings=settings))
    partner = await live.partner("Acme")

    for method, path, body in (
        ("POST", PATH, {"persona": "runner"}),
        ("POST", "/v1/sandbox/clock/advance", {"seconds": 60}),
        ("PUT", "/v1/sandbox/queues/device_data/fault", {"fault": "refused"}),
    ):
        refused = await partner.request(method, path, json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "forbidden")


async def test_a_year_is_there_within_seconds(api: Api, acme: Partner) -> None:
    began = time.process_time()
    _, result = await make(acme, api, months=12)

    assert result["samples"] > 140_000
    # Processor time, so that a busy machine does not matter; the database has a core of its own.
    assert time.process_time() - began < 5

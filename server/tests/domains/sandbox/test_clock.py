"""A tenant's clock is moved: what would have happened meanwhile happens, in order, and for nobody else."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.core.clock import SettableClock, TenantClocks
from healthpartner.core.config import Settings
from healthpartner.core.config.http import HttpSettings
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.domains.sandbox.clock import rules, service
from healthpartner.domains.sandbox.jobs import JOBS
from tests.support.api import Api, Member, Partner, make_platform, open_api
from tests.support.jobs import run_job

PATH = "/v1/sandbox/clock/advance"
DAY = 86_400


@pytest.fixture
async def api(database: Database, clock: SettableClock, keyring: Keyring, tmp_path: Path) -> AsyncIterator[Api]:
    """The API of a sandbox, where tenants have clocks of their own."""
    clocks: Any = TenantClocks(clock)
    settings = Settings(http=HttpSettings(rate_limit_requests=100_000))
    opened = open_api(await make_platform(database, clocks, keyring, tmp_path, settings=settings))
    async with opened.client:
        yield opened


async def advance(partner: Partner, seconds: int) -> dict[str, Any]:
    moved = await partner.post(PATH, json={"seconds": seconds})
    assert moved.status_code == 200, moved.text
    told: dict[str, Any] = moved.json()["data"]
    return told


async def synthetic(partner: Partner, api: Api, persona: str = "new_parent", seed: int = 5) -> Member:
    made = (await partner.post("/v1/sandbox/members", json={"persona": persona, "seed": seed, "months": 1})).json()[
        "data"
    ]
    await run_job(api, partner.org_id, made["job_id"], JOBS)
    return await partner.member(UUID(made["user_id"]))


async def told(api: Api, partner: Partner) -> list[tuple[str, Any]]:
    """When each event occurred, and what it says, in order."""
    rows = await api.platform.database.system.fetch(
        "SELECT body FROM event WHERE org_id = $1 AND type = 'device.daily_data.updated' ORDER BY position",
        partner.org_id,
    )
    bodies = [json.loads(row["body"]) for row in rows]
    return [(body["occurred_at"], body["data"]) for body in bodies]


async def test_it_needs_a_tenant_key(api: Api, acme: Partner) -> None:
    alice = await acme.add_member()
    body = {"seconds": 60}

    assert (await api.client.post(PATH, json=body)).status_code == 401
    bearer = {"authorization": f"Bearer {alice.token}"}
    assert (await api.client.post(PATH, json=body, headers=bearer)).status_code == 401


async def test_the_tenant_s_present_moves_and_nobody_else_s(
    acme: Partner, globex: Partner, clock: SettableClock
) -> None:
    moved = await advance(acme, 3 * DAY)
    await advance(acme, 60)

    assert datetime.fromisoformat(moved["now"]) == clock.now() + timedelta(days=3)
    for partner, ahead in ((acme, timedelta(days=3, minutes=1)), (globex, timedelta(0))):
        made = (await partner.post("/v1/admin/org/tenant-keys", json={"name": "n"})).json()["data"]
        assert datetime.fromisoformat(made["created_at"]) == clock.now() + ahead


async def test_another_process_learns_of_it(api: Api, acme: Partner, clock: SettableClock) -> None:
    await advance(acme, DAY)
    other = TenantClocks(clock)

    await service.refresh(other, api.platform.database)

    assert other.now_of(acme.org_id) == clock.now() + timedelta(days=1)


async def test_a_token_expires_as_its_tenant_s_time_passes(acme: Partner, globex: Partner) -> None:
    alice, charlie = await acme.add_member(), await globex.add_member()

    await advance(acme, 3599)
    assert (await alice.get("")).status_code == 200
    await advance(acme, 1)
    assert (await alice.get("")).status_code == 401
    assert (await charlie.get("")).status_code == 200
    assert (await (await acme.member(alice.user_id)).get("")).status_code == 200


async def test_a_rotated_key_ends_with_its_grace(acme: Partner) -> None:
    rotated = await acme.post("/v1/auth/tenant-key/rotate", json={"grace_period_seconds": 600})
    old, acme.key = acme.key, rotated.json()["data"]["new_tenant_api_key"]

    assert (await acme.get("/v1/admin/org", headers={"taih-tenant-key": old})).status_code == 200
    await advance(acme, 601)
    assert (await acme.get("/v1/admin/org", headers={"taih-tenant-key": old})).status_code == 401


async def test_data_arrives_hour_by_hour_with_its_events(api: Api, acme: Partner, clock: SettableClock) -> None:
    member = await synthetic(acme, api)

    moved = await advance(acme, DAY)

    events = await told(api, acme)
    assert moved["members_lived"] == 1
    assert moved["events_recorded"] == len(events) > 15
    instants = [datetime.fromisoformat(at) for at, _ in events]
    assert instants == sorted(instants)
    assert all(at.minute == at.second == 0 and clock.now() < at <= clock.now() + timedelta(days=1) for at in instants)
    arrived = {metric for _, data in events for metric in data["metrics"]}
    assert arrived >= {"steps", "heart_rate", "sleep", "resting_heart_rate"}
    window = {"start_time": "2026-03-14T09:00:00Z", "end_time": "2026-03-15T09:00:00Z", "limit": "1000"}
    rows = (await (await acme.member(member.user_id)).get("/metrics/heart_rate/timeseries", params=window)).json()[
        "data"
    ]
    assert len(rows) > 200


async def test_a_day_in_one_step_is_the_day_minute_by_minute(api: Api, acme: Partner, globex: Partner) -> None:
    for partner in (acme, globex):
        await synthetic(partner, api)
        await synthetic(partner, api, "type_2_diabetic")

    await advance(acme, DAY)
    for _ in range(DAY // 60):
        await advance(globex, 60)

    assert sorted(await told(api, acme), key=str) == sorted(await told(api, globex), key=str)
    assert await told(api, acme)


async def test_a_call_that_is_repeated_lives_no_moment_twice(api: Api, acme: Partner) -> None:
    await synthetic(acme, api)
    key = {"idempotency-key": "one-day"}

    first = await acme.post(PATH, json={"seconds": DAY}, headers=key)
    before = await told(api, acme)
    again = await acme.post(PATH, json={"seconds": DAY}, headers=key)

    assert first.json() == again.json()
    assert await told(api, acme) == before


@pytest.mark.parametrize("seconds", [0, -1, 366 * DAY + 1])
async def test_time_does_not_go_back_or_leap_over_years(acme: Partner, seconds: int) -> None:
    refused = await acme.post(PATH, json={"seconds": seconds})

    assert refused.status_code == 422
    assert refused.json()["error"]["details"][0]["field"] == "seconds"


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 9)), st.lists(st.integers(1, 20_000), max_size=12))  # noqa: DTZ001
def test_syncs_are_the_same_however_time_is_cut(start: datetime, steps: list[int]) -> None:
    began = start.astimezone()
    until = began + timedelta(seconds=sum(steps))
    found, at = list[datetime](), began
    for step in steps:
        found += rules.syncs(at, at + timedelta(seconds=step))
        at += timedelta(seconds=step)

    assert found == list(rules.syncs(began, until))

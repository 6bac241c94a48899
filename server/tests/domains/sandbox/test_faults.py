"""A partner lets its own queue fail in the sandbox, and rehearses days of retries within moments."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from healthpartner.core.clock import SettableClock, TenantClocks
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from tests.support.api import Api, Partner, make_platform, open_api
from tests.support.delivery import Post, make_post, record_steps

PATH = "/v1/sandbox/queues/device_data/fault"
MINUTE, HOUR = 60, 3600


@pytest.fixture
async def api(quiet_database: Database, clock: SettableClock, keyring: Keyring, tmp_path: Path) -> AsyncIterator[Api]:
    clocks: Any = TenantClocks(clock)
    opened = open_api(await make_platform(quiet_database, clocks, keyring, tmp_path))
    async with opened.client:
        yield opened


@pytest.fixture
def post(quiet_database: Database, clock: SettableClock, keyring: Keyring) -> Post:
    return make_post(quiet_database, clock, keyring)


@pytest.fixture
async def acme(api: Api, post: Post) -> Partner:
    partner = await api.partner("Acme")
    await post.create_secret(partner.tenant)
    return partner


async def switch(partner: Partner, fault: str | None) -> None:
    switched = await partner.put(PATH, json={"fault": fault})
    assert switched.status_code == 204, switched.text


async def advance(partner: Partner, seconds: int) -> None:
    assert (await partner.post("/v1/sandbox/clock/advance", json={"seconds": seconds})).status_code == 200


async def outcomes(api: Api, partner: Partner) -> list[str]:
    rows = await api.platform.database.system.fetch(
        "SELECT outcome FROM delivery_attempt WHERE org_id = $1 ORDER BY attempt", partner.org_id
    )
    return [row["outcome"] for row in rows]


async def test_it_needs_a_tenant_key(api: Api, acme: Partner) -> None:
    alice = await acme.add_member()

    assert (await api.client.put(PATH, json={"fault": None})).status_code == 401
    bearer = {"authorization": f"Bearer {alice.token}"}
    assert (await api.client.put(PATH, json={"fault": None}, headers=bearer)).status_code == 401


async def test_a_queue_that_is_not_there_cannot_fail(acme: Partner) -> None:
    for queue, code in (("device_data", "queue_not_configured"), ("nothing", "not_found")):
        refused = await acme.put(f"/v1/sandbox/queues/{queue}/fault", json={"fault": "refused"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, code)


async def test_another_tenant_s_queue_goes_on(api: Api, acme: Partner, post: Post) -> None:
    globex = await api.partner("Globex")
    await post.create_secret(globex.tenant)
    ours, theirs = await post.register(acme.tenant), await post.register(globex.tenant)
    await switch(acme, "connection")
    for partner in (acme, globex):
        await record_steps(partner.tenant, 1)

    await post.deliver()

    assert (len(ours.data), len(theirs.data)) == (0, 1)


async def test_attempts_fail_as_asked_until_that_ends(api: Api, acme: Partner, post: Post) -> None:
    mailbox = await post.register(acme.tenant)
    await switch(acme, "throttled")
    await record_steps(acme.tenant, 1)

    await post.deliver()
    assert await outcomes(api, acme) == ["throttled"]
    await switch(acme, None)
    assert await post.deliver() == 0
    await advance(acme, 2 * MINUTE)
    assert await post.deliver() == 1
    assert await outcomes(api, acme) == ["throttled", "delivered"]
    assert [data["number"] for data in mailbox.data] == [1]


async def test_two_days_of_retries_are_over_in_a_moment(api: Api, acme: Partner, post: Post) -> None:
    mailbox = await post.register(acme.tenant)
    await switch(acme, "server")
    await record_steps(acme.tenant, 1)
    await post.deliver()

    for number, wait in enumerate((MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR, 24 * HOUR), start=2):
        await advance(acme, wait - 1)
        assert await post.deliver() == 0
        await advance(acme, 1)
        assert await post.deliver() == 1
        assert len(await outcomes(api, acme)) == number

    states = await api.platform.database.system.fetch("SELECT state FROM delivery WHERE org_id = $1", acme.org_id)
    assert [row["state"] for row in states if row["state"] != "delivered"] == ["failed"]
    assert mailbox.data == []

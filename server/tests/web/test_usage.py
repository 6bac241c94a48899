"""Requests are counted per organization, day, credential and operation, across processes."""

import asyncio
from datetime import timedelta
from typing import Any

from healthpartner.core.clock import SettableClock
from healthpartner.domains.tenants.usage import service as usage
from healthpartner.domains.tenants.usage.schemas import Usage
from healthpartner.web.usage import UsageCounter
from tests.support.api import Api, Member, Partner


async def counted(partner: Partner, days: int = 7) -> Usage:
    await partner.api.platform.usage.flush()
    async with partner.tenant.uow() as uow:
        return await usage.read(uow, days)


async def test_answers_refusals_and_failures_are_counted_apart(acme: Partner) -> None:
    for _ in range(3):
        await acme.get("/v1/admin/org")
    await acme.get("/v1/admin/org/queues/nothing")

    found = await counted(acme)

    assert [(day.requests, day.refused, day.failed) for day in found.days] == [(0, 0, 0)] * 6 + [(4, 1, 0)]
    assert {one.operation: one.requests for one in found.operations} == {"get_org": 3, "get_queue": 1}


async def test_member_tokens_are_counted_together_and_keys_each(acme: Partner, alice: Member, bob: Member) -> None:
    await counted(acme)
    for member in (alice, bob):
        await member.get("")
    second = (await acme.post("/v1/admin/org/tenant-keys", json={"name": "second"})).json()["data"]
    await acme.get("/v1/admin/org", headers={"taih-tenant-key": second["secret"]})

    found = {str(one.key_id): one.requests for one in (await counted(acme)).keys}

    assert found["None"] == 2
    assert found[second["id"]] == 1


async def test_days_are_utc_days(acme: Partner, clock: SettableClock) -> None:
    await acme.get("/v1/admin/org")
    clock.advance(timedelta(days=1))
    await acme.get("/v1/admin/org")
    assert [day.requests for day in (await counted(acme, 2)).days] == [1, 1]


async def test_what_several_processes_count_adds_up(api: Api, acme: Partner) -> None:
    key = (await acme.get("/v1/admin/org/tenant-keys")).json()["data"][0]
    await counted(acme)
    caller: Any = await api.platform.tokens.verify((await acme.add_member()).token)
    counters = [UsageCounter(api.platform.database.system) for _ in range(4)]
    for counter in counters:
        for number in range(50):
            counter.note(caller, f"operation_{number}", api.platform.clock.now().date(), 200)
    await asyncio.gather(*(counter.flush() for counter in counters))

    found = await counted(acme)

    assert found.operations[0].requests == 4
    assert sum(one.requests for one in found.keys if one.key_id is None) == 200
    assert key


async def test_what_could_not_be_added_is_counted_on(api: Api, acme: Partner) -> None:
    class Broken:
        async def execute(self, *_: object) -> None:
            raise OSError

    caller: Any = await api.platform.tokens.verify((await acme.add_member()).token)
    counter = UsageCounter(Broken())
    day = api.platform.clock.now().date()
    counter.note(caller, "get_org", day, 500)
    await counter.flush()
    counter.note(caller, "get_org", day, 200)
    counter._pool = api.platform.database.system
    await counter.flush()

    (one,) = [one for one in (await counted(acme)).operations if one.operation == "get_org"]
    assert (one.requests, one.failed) == (2, 1)


async def test_another_organizations_usage_is_not_seen(acme: Partner, globex: Partner) -> None:
    await acme.get("/v1/admin/org")
    await acme.api.platform.usage.flush()
    assert [day.requests for day in (await counted(globex)).days] == [0] * 7

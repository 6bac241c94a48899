"""What recording an event and looking for waiting ones read, however many events there are."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from healthpartner.delivery import store
from healthpartner.events import outbox
from tests.support.database import Tenant
from tests.support.delivery import Post, StepsCounted
from tests.support.plans import rows_read

# With fewer, the planner takes the right index by luck.
EVENTS = 100_000
READ = 50


async def record(tenant: Tenant, events: int) -> None:
    for first in range(0, events, 1000):
        async with tenant.uow() as uow:
            numbers = range(first, min(first + 1000, events))
            await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in numbers])
            await uow.commit()


async def read_by_recording(tenant: Tenant) -> float:
    async with tenant.uow() as uow:
        now = uow.now()
        of = (uow.org_id, now, [uow.new_id()], ["device_data"], ["device.daily_data.updated"], [uuid4()], ["{}"])
        connection: Any = await uow.connection()
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {outbox._RECORD}"
        return rows_read(json.loads(await connection.fetchval(explain, *of, now - outbox.BUFFERED_FOR)))


async def read_by_looking(post: Post) -> float:
    explain, since = f"EXPLAIN (ANALYZE, FORMAT JSON) {store._CATCHING_UP}", post.clock.now() - outbox.BUFFERED_FOR
    return rows_read(json.loads(await post.database.system.fetchval(explain, since)))


@pytest.mark.parametrize("which", ["routed", "waiting"])
async def test_neither_costs_more_where_many_events_have_their_deliveries_or_wait_for_them(
    post: Post, acme: Tenant, which: str
) -> None:
    if which == "waiting":
        await record(acme, EVENTS)
    await post.register(acme)
    if which == "routed":
        await record(acme, EVENTS)

    assert await read_by_recording(acme) < READ
    assert await read_by_looking(post) < READ


async def test_events_that_have_waited_too_long_hold_nothing_up(post: Post, acme: Tenant) -> None:
    await record(acme, 1)
    post.clock.advance(outbox.BUFFERED_FOR + timedelta(seconds=1))
    mailbox = await post.register(acme)
    await record(acme, 1)
    await post.deliver()

    assert len(mailbox.envelopes) == 1

"""What one piece of a replay reads, however far the replay has come and however much else waits or has failed."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from healthpartner.delivery import replay
from healthpartner.destinations.contract import PublishFailed
from healthpartner.domains.tenants.event_log import service as event_log
from healthpartner.domains.tenants.event_log.schemas import ReplayEvents
from healthpartner.events import outbox
from tests.support.database import Tenant
from tests.support.delivery import Post, StepsCounted
from tests.support.plans import rows_read

EVENTS = 4000
LEFT = 100
NEAR_THE_END = f"""
UPDATE event_replay SET reached = occurred_at, reached_position = position
FROM (SELECT * FROM event ORDER BY position DESC OFFSET {LEFT} LIMIT 1) AS last
"""
# By each of the statement's parts.
READ_PER_EVENT = 50


async def record(tenant: Tenant) -> None:
    """Events at one instant."""
    async with tenant.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in range(EVENTS)])
        await uow.commit()


async def ask_for_replay(tenant: Tenant, start: datetime, status: Any) -> None:
    async with tenant.uow() as uow:
        await event_log.replay(uow, ReplayEvents(stream="device_data", start=start, status=status))
        await uow.commit()


@pytest.mark.parametrize("status", [None, "failed"])
@pytest.mark.parametrize("state", ["due", "failed"])
async def test_a_piece_near_the_end_reads_little_more_than_its_own_events(
    post: Post, acme: Tenant, state: str, status: Any
) -> None:
    mailbox, start, system = await post.register(acme), post.clock.now(), post.database.system
    mailbox.refusing = PublishFailed("refused", "no")
    # The planner knows of a time before anything was due or had failed.
    await system.execute("ANALYZE")
    await record(acme)
    await post.deliver()
    if state == "failed":
        post.clock.advance(timedelta(days=2))
        await post.deliver()
    post.clock.advance(timedelta(seconds=1))
    await ask_for_replay(acme, start, status)
    await system.execute(replay._LANES)
    await system.execute(NEAR_THE_END)
    (asked,) = await system.fetch("SELECT * FROM event_replay")

    of = (asked["replay_id"], asked["org_id"], asked["stream"], post.clock.now(), replay.PIECE)
    explained = await system.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {replay._CONTINUE}", *of)

    added = await system.fetchval("SELECT count(*) FROM delivery WHERE requested")
    assert added == (replay.PIECE if state == "failed" else 0)
    assert rows_read(json.loads(explained)) < READ_PER_EVENT * replay.PIECE

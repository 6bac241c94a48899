"""Events that are sent again on request."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from healthpartner.core.errors import NotFound
from healthpartner.delivery import replay
from healthpartner.delivery.relay import RelayLimits
from healthpartner.destinations.contract import PublishFailed
from healthpartner.domains.tenants.event_log import service as event_log
from healthpartner.domains.tenants.event_log.schemas import ReplayEvents
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.domains.tenants.queues.errors import QueueNotConfigured
from tests.support.database import Tenant
from tests.support.delivery import Post, record_steps


async def redeliver(tenant: Tenant, event_id: UUID) -> None:
    async with tenant.uow() as uow:
        await event_log.redeliver(uow, event_id)
        await uow.commit()


async def ask_for_replay(tenant: Tenant, start: datetime, end: datetime | None = None, **filters: Any) -> int:
    async with tenant.uow() as uow:
        made = await event_log.replay(uow, ReplayEvents(stream="device_data", start=start, end=end, **filters))
        await uow.commit()
    return made.events


async def test_a_delivered_event_is_sent_again_under_the_same_id(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    await record_steps(acme, 1)
    await post.deliver()

    await redeliver(acme, mailbox.envelopes[0].event_id)
    await post.deliver()

    first, second = mailbox.envelopes
    assert (first.event_id, first.body) == (second.event_id, second.body)


async def test_a_failed_event_gets_the_whole_schedule_again(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("refused", "no")
    await record_steps(acme, 1)
    await post.deliver()
    post.clock.advance(timedelta(days=2))
    await post.deliver()

    await redeliver(acme, mailbox.attempts[0].event_id)
    await post.deliver()

    states = await post.database.system.fetch("SELECT state FROM delivery ORDER BY delivery_id")
    assert [row["state"] for row in states] == ["superseded", "due"]


async def test_an_event_on_its_way_is_tried_at_once_and_not_twice(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("refused", "no")
    await record_steps(acme, 1)
    await post.deliver()
    mailbox.refusing = None

    await redeliver(acme, mailbox.attempts[0].event_id)

    assert await post.deliver() == 1
    assert len(mailbox.envelopes) == 1


async def test_a_window_is_replayed_in_order(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    for number in range(4):
        await record_steps(acme, number)
        post.clock.advance(timedelta(hours=1))
    await post.deliver()
    start = post.clock.now() - timedelta(hours=3)
    mailbox.envelopes.clear()
    assert await ask_for_replay(acme, start, start + timedelta(hours=2)) == 2

    await post.deliver()

    assert [data["number"] for data in mailbox.data] == [1, 2]


async def test_another_tenants_event_is_not_found(post: Post, acme: Tenant, globex: Tenant) -> None:
    mailbox = await post.register(acme)
    await record_steps(acme, 1)
    await post.deliver()

    for event_id in (uuid4(), mailbox.envelopes[0].event_id):
        with pytest.raises(NotFound):
            await redeliver(globex, event_id)


async def test_nothing_is_sent_again_without_a_destination(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    await record_steps(acme, 1)
    await post.deliver()
    async with acme.uow() as uow:
        await queues.delete(uow, "device_data")
        await uow.commit()

    with pytest.raises(QueueNotConfigured):
        await redeliver(acme, mailbox.envelopes[0].event_id)
    with pytest.raises(QueueNotConfigured):
        await ask_for_replay(acme, post.clock.now() - timedelta(days=1))


async def test_a_replay_goes_on_piece_by_piece_and_ends(
    post: Post, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "PIECE", 4)
    mailbox = await post.register(acme)
    start, member = post.clock.now(), await acme.add_member()
    await record_steps(acme, *range(10), user_id=member)
    post.clock.advance(timedelta(seconds=1))
    await post.deliver()
    mailbox.envelopes.clear()
    assert await ask_for_replay(acme, start) == 10

    relay = post.relay()
    await relay.run_once()
    assert len(mailbox.envelopes) == 4
    await post.deliver(relay)

    assert [data["number"] for data in mailbox.data] == list(range(10))
    assert await post.database.system.fetchval("SELECT count(*) FROM event_replay") == 0


async def test_a_replay_takes_no_place_from_new_events(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    start = post.clock.now()
    await record_steps(acme, *range(20), user_id=await acme.add_member())
    post.clock.advance(timedelta(seconds=1))
    await post.deliver()
    mailbox.envelopes.clear()
    await ask_for_replay(acme, start)
    await record_steps(acme, 100)
    relay = post.relay(RelayLimits(lanes=1, replay_lanes=1, per_lane=2))

    await relay.run_once()

    assert sorted(data["number"] for data in mailbox.data) == [0, 1, 100]


async def test_a_running_worker_sends_a_replay_and_new_events_side_by_side(post: Post, acme: Tenant) -> None:
    mailbox, start = await post.register(acme), post.clock.now()
    await record_steps(acme, *range(20), user_id=await acme.add_member())
    post.clock.advance(timedelta(seconds=1))
    await post.deliver()
    mailbox.envelopes.clear()
    relay, stop = post.relay(RelayLimits(poll_seconds=0.05, per_lane=6)), asyncio.Event()
    running = asyncio.create_task(relay.run(stop))

    await ask_for_replay(acme, start)
    await record_steps(acme, *range(100, 105))
    await mailbox.until_delivered(25)
    stop.set()
    await running

    numbers = [data["number"] for data in mailbox.data]
    assert [number for number in numbers if number < 100] == list(range(20))
    assert sorted(number for number in numbers if number >= 100) == list(range(100, 105))


async def test_only_failed_events_or_those_of_a_type_can_be_replayed(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    start = post.clock.now()
    await record_steps(acme, 1)
    await post.deliver()
    mailbox.refusing = PublishFailed("refused", "no")
    await record_steps(acme, 2)
    await post.deliver()
    post.clock.advance(timedelta(days=2))
    await post.deliver()
    mailbox.refusing = None

    assert await ask_for_replay(acme, start, event_type="device.connection.updated") == 0
    assert await ask_for_replay(acme, start, status="failed") == 1
    await post.deliver()

    assert [data["number"] for data in mailbox.data] == [1, 2]


async def test_events_on_their_way_are_not_sent_twice_by_a_replay(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    start = post.clock.now()
    mailbox.refusing = PublishFailed("server", "down")
    await record_steps(acme, 1)
    await post.deliver()
    mailbox.refusing = None
    post.clock.advance(timedelta(seconds=1))
    await record_steps(acme, 2)
    await ask_for_replay(acme, start, post.clock.now() + timedelta(hours=1))

    await post.deliver()

    assert sorted(data["number"] for data in mailbox.data) == [1, 2]


async def test_a_replay_goes_on_with_the_next_destination(post: Post, acme: Tenant) -> None:
    await post.register(acme)
    start = post.clock.now()
    await record_steps(acme, 1, 2)
    post.clock.advance(timedelta(seconds=1))
    await post.deliver()
    await ask_for_replay(acme, start)
    async with acme.uow() as uow:
        await queues.delete(uow, "device_data")
        await uow.commit()
    await post.deliver()

    mailbox = await post.register(acme, name="new")
    await post.deliver()

    assert [data["number"] for data in mailbox.data] == [1, 2]


async def test_another_tenants_events_are_not_replayed(post: Post, acme: Tenant, globex: Tenant) -> None:
    mailbox, start = await post.register(acme), post.clock.now()
    await post.register(globex)
    await record_steps(acme, 1)
    post.clock.advance(timedelta(seconds=1))
    await post.deliver()

    assert await ask_for_replay(globex, start) == 0
    await post.deliver()

    assert len(mailbox.envelopes) == 1

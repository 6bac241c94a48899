"""Events that are sent again on request."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from healthpartner.core.errors import NotFound
from healthpartner.delivery import replay
from healthpartner.destinations.contract import PublishFailed
from tests.support.database import Tenant
from tests.support.delivery import Post, record_steps


async def redeliver(tenant: Tenant, event_id: UUID) -> None:
    async with tenant.uow() as uow:
        await replay.redeliver(uow, event_id)
        await uow.commit()


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
    async with acme.uow() as uow:
        assert await replay.replay(uow, "device_data", start, start + timedelta(hours=2)) == 2
        await uow.commit()

    await post.deliver()

    assert [data["number"] for data in mailbox.data] == [1, 2]


async def test_another_tenants_event_is_not_found(post: Post, acme: Tenant, globex: Tenant) -> None:
    mailbox = await post.register(acme)
    await record_steps(acme, 1)
    await post.deliver()

    for event_id in (uuid4(), mailbox.envelopes[0].event_id):
        with pytest.raises(NotFound):
            await redeliver(globex, event_id)

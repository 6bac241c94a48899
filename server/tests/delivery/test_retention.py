"""What is forgotten after thirty days, and what is not."""

from datetime import timedelta
from uuid import UUID

from healthpartner.delivery.retention import sweep
from healthpartner.destinations.contract import PublishFailed
from tests.support.database import Tenant
from tests.support.delivery import Post, record_steps


async def events(post: Post) -> list[UUID]:
    return [row["event_id"] for row in await post.database.system.fetch("SELECT event_id FROM event")]


async def test_delivered_and_waiting_events_are_kept_thirty_days(post: Post, acme: Tenant, globex: Tenant) -> None:
    await post.register(acme)
    await record_steps(acme, 1)
    await record_steps(globex, 1)
    await post.deliver()

    post.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert await sweep(post.database.system, post.clock.now()) == 0
    post.clock.advance(timedelta(seconds=1))
    assert await sweep(post.database.system, post.clock.now()) == 2
    assert await post.database.system.fetchval("SELECT count(*) FROM delivery_attempt") == 0


async def test_what_is_still_due_is_never_removed(post: Post, acme: Tenant) -> None:
    await post.register(acme)
    await record_steps(acme, 1)

    post.clock.advance(timedelta(days=31))

    assert await sweep(post.database.system, post.clock.now()) == 0


async def test_failed_events_stay_thirty_days_after_the_last_attempt(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("refused", "no")
    await record_steps(acme, 1)
    await post.deliver()
    post.clock.advance(timedelta(days=2))
    await post.deliver()

    post.clock.advance(timedelta(days=29))
    assert await sweep(post.database.system, post.clock.now()) == 0
    post.clock.advance(timedelta(days=1))
    assert await sweep(post.database.system, post.clock.now()) == 2  # with the notice of it
    assert await events(post) == []

"""Destinations that keep failing: probes in place of first attempts, retries on time, and who is told."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from healthpartner.delivery.circuits import PROBE_EVERY
from healthpartner.delivery.relay import Relay
from healthpartner.destinations.contract import PublishFailed
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.events import outbox
from tests.support.database import Tenant
from tests.support.delivery import Post, StepsCounted, record_steps
from tests.support.sinks import Mailbox

DOWN = PublishFailed("server", "down")
NO_ROOM = PublishFailed("too_large", "no room")


async def record_for_many(tenant: Tenant, *numbers: int) -> None:
    async with tenant.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in numbers])
        await uow.commit()


async def fail_for_six_minutes(post: Post, mailbox: Mailbox, tenant: Tenant, relay: Relay) -> None:
    """One event with three attempts: the circuit is open, and the next retry is half an hour away."""
    mailbox.refusing = DOWN
    await record_steps(tenant, 0)
    for minutes in (0, 1, 5):
        post.clock.advance(timedelta(minutes=minutes))
        await post.deliver(relay)
    assert len(mailbox.attempts) == 3


async def health(tenant: Tenant, queue_name: str = "device_data") -> Any:
    async with tenant.uow() as uow:
        return (await queues.get(uow, queue_name)).delivery


async def told(post: Post, tenant: Tenant) -> list[str]:
    rows = await post.database.system.fetch(
        "SELECT type FROM event WHERE org_id = $1 AND stream = 'account' ORDER BY position", tenant.org_id
    )
    return [row["type"].removeprefix("queue.delivery.") for row in rows]


async def test_while_the_circuit_is_open_new_events_wait_for_one_probe_a_minute(post: Post, acme: Tenant) -> None:
    mailbox, relay = await post.register(acme), post.relay()
    await fail_for_six_minutes(post, mailbox, acme, relay)
    mailbox.attempts.clear()
    await record_for_many(acme, *range(1, 30))

    assert await post.deliver(relay) == 0
    for _ in range(3):
        post.clock.advance(PROBE_EVERY)
        await relay.run_once()
    assert len({envelope.event_id for envelope in mailbox.attempts if envelope}) >= 3
    assert len(mailbox.attempts) <= 3 + 2  # the first probes' own retries
    assert (await health(acme)).state == "failing"


async def test_one_success_lets_everything_that_waited_flow(post: Post, acme: Tenant) -> None:
    mailbox, relay = await post.register(acme), post.relay()
    await fail_for_six_minutes(post, mailbox, acme, relay)
    await record_for_many(acme, *range(1, 30))
    mailbox.refusing = None
    post.clock.advance(PROBE_EVERY)

    await post.deliver(relay)

    assert sorted(data["number"] for data in mailbox.data) == list(range(1, 30))
    shown = await health(acme)
    assert (shown.state, shown.failures, shown.failing_since) == ("active", 0, None)


async def test_a_retry_is_made_on_time_though_the_circuit_is_open(post: Post, acme: Tenant) -> None:
    mailbox, relay = await post.register(acme), post.relay()
    await fail_for_six_minutes(post, mailbox, acme, relay)
    post.clock.advance(timedelta(minutes=30) - timedelta(seconds=1))
    assert await post.deliver(relay) == 0
    post.clock.advance(timedelta(seconds=1))

    assert await post.deliver(relay) == 1
    assert len(mailbox.attempts) == 4


async def test_an_event_that_waited_for_its_whole_window_is_tried_once_before_it_is_given_up(
    post: Post, acme: Tenant
) -> None:
    mailbox, relay = await post.register(acme), post.relay()
    await fail_for_six_minutes(post, mailbox, acme, relay)
    await record_for_many(acme, *range(1, 30))
    post.clock.advance(timedelta(hours=48))

    await post.deliver(relay)

    rows = await post.database.system.fetch("SELECT state, attempts FROM delivery WHERE attempts <= 1")
    assert len(rows) == 29
    assert {(row["state"], row["attempts"]) for row in rows} == {("failed", 1)}


async def test_an_event_that_does_not_fit_says_nothing_about_its_destination(post: Post, acme: Tenant) -> None:
    mailbox, relay = await post.register(acme), post.relay()
    mailbox.refusing = NO_ROOM
    await record_steps(acme, 1, 2, 3, 4)
    for minutes in (0, 1, 5):
        post.clock.advance(timedelta(minutes=minutes))
        await post.deliver(relay)

    assert (await health(acme)).state == "active"


async def test_the_partner_is_told_of_failing_exhausted_and_recovered_once_each(post: Post, acme: Tenant) -> None:
    mailbox, relay = await post.register(acme), post.relay()
    await fail_for_six_minutes(post, mailbox, acme, relay)
    await post.deliver(relay)
    assert await told(post, acme) == ["failing"]

    post.clock.advance(timedelta(hours=48))
    await record_steps(acme, 1)
    await post.deliver(relay)
    await post.deliver(relay)
    mailbox.refusing = None
    post.clock.advance(timedelta(minutes=2))
    await post.deliver(relay)
    await post.deliver(relay)

    assert await told(post, acme) == ["failing", "exhausted", "recovered"]


async def test_another_tenant_is_told_nothing(post: Post, acme: Tenant, globex: Tenant) -> None:
    mailbox, relay = await post.register(acme), post.relay()
    await post.register(globex)
    await fail_for_six_minutes(post, mailbox, acme, relay)
    await post.deliver(relay)

    assert await told(post, globex) == []
    assert (await health(globex)).state == "active"


async def test_the_account_stream_does_not_carry_the_news_of_its_own_failure(post: Post, acme: Tenant) -> None:
    mailbox, relay = await post.register(acme, "account"), post.relay()
    await post.register(acme)
    mailbox.refusing = DOWN
    async with acme.uow() as uow:
        await outbox.record(uow, StepsCounted(1))
        await uow.execute("UPDATE event SET stream = 'account', routed = false WHERE org_id = $1", acme.org_id)
        await uow.execute("DELETE FROM delivery WHERE org_id = $1", acme.org_id)
        await uow.commit()
    for minutes in (0, 1, 5, 0):
        post.clock.advance(timedelta(minutes=minutes))
        await post.deliver(relay)

    assert (await health(acme, "account")).state == "failing"
    assert await told(post, acme) == ["device.daily_data.updated"]

"""Destinations that a partner pauses: events wait, are not lost, and keep their order."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from healthpartner.delivery.retention import sweep
from healthpartner.destinations.contract import PublishFailed
from healthpartner.domains.tenants.queues import service as queues
from tests.support.database import Tenant, create_tenant
from tests.support.delivery import Post, record_steps

DOWN = PublishFailed("server", "down")
STEPS = st.lists(st.sampled_from(["record", "fail", "heal", "pause", "resume", "wait", "restart"]), max_size=14)


async def pause(tenant: Tenant) -> None:
    async with tenant.uow() as uow:
        await queues.pause(uow, "device_data")
        await uow.commit()


async def resume(tenant: Tenant) -> None:
    async with tenant.uow() as uow:
        await queues.resume(uow, "device_data")
        await uow.commit()


async def test_events_wait_while_paused_and_flow_oldest_first_after(post: Post, acme: Tenant) -> None:
    mailbox, member = await post.register(acme), await acme.add_member()
    await record_steps(acme, 0, user_id=member)
    await pause(acme)
    await record_steps(acme, *range(1, 6), user_id=member)
    assert await post.deliver() == 0
    async with acme.uow() as uow:
        shown = (await queues.get(uow, "device_data")).delivery
    assert (shown.state, shown.pending, shown.paused_at) == ("paused", 6, post.clock.now())

    await resume(acme)
    await post.deliver()

    assert [data["number"] for data in mailbox.data] == list(range(6))


async def test_a_pause_of_days_costs_no_attempts(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    await pause(acme)
    await record_steps(acme, 1)
    post.clock.advance(timedelta(days=5))
    mailbox.refusing = DOWN
    await resume(acme)
    await post.deliver()
    mailbox.refusing = None
    post.clock.advance(timedelta(minutes=2))

    assert await post.deliver() == 1
    assert mailbox.data == [{"number": 1}]


async def test_what_waits_at_a_paused_destination_is_kept_thirty_days(post: Post, acme: Tenant) -> None:
    await post.register(acme)
    await pause(acme)
    await record_steps(acme, 1)

    post.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert await sweep(post.database.system, post.clock.now()) == 0
    post.clock.advance(timedelta(seconds=1))
    assert await sweep(post.database.system, post.clock.now()) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_happens_each_event_arrives_and_in_order_while_nothing_fails(
    post: Post, steps: list[str]
) -> None:
    tenant = await create_tenant(post.database, post.clock, "Acme")
    await post.create_secret(tenant)
    mailbox, member, relay, recorded = await post.register(tenant), await tenant.add_member(), post.relay(), 0
    for step in [*steps, "heal", "resume"]:
        if step == "record":
            await record_steps(tenant, recorded, user_id=member)
            recorded += 1
        elif step in {"pause", "resume"}:
            await (pause if step == "pause" else resume)(tenant)
        elif step in {"fail", "heal"}:
            mailbox.refusing = DOWN if step == "fail" else None
        elif step == "restart":
            relay = post.relay()
        post.clock.advance(timedelta(minutes=7) if step == "wait" else timedelta(seconds=1))
        await post.deliver(relay)
    post.clock.advance(timedelta(hours=13))
    await post.deliver(relay)

    arrived = [data["number"] for data in mailbox.data]
    assert set(arrived) == set(range(recorded))
    if "fail" not in steps:
        assert arrived == list(range(recorded))

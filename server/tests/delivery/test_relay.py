"""The relay on real PostgreSQL, with mailboxes in memory and a clock that stands still."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from healthpartner.delivery.relay import RelayLimits
from healthpartner.delivery.retries import DELAYS
from healthpartner.destinations.contract import PublishFailed
from healthpartner.domains.tenants.queues import service as queues
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.events import outbox
from healthpartner.events.signing import parse_secret, sign
from tests.support.database import Tenant
from tests.support.delivery import NudgeCreated, Post, StepsCounted, record_steps


async def test_an_event_arrives_signed_and_only_once(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    await record_steps(acme, 1)

    assert await post.deliver() == 1
    assert await post.deliver() == 0
    (envelope,) = mailbox.envelopes
    (body,) = mailbox.bodies
    assert body["data"] == {"number": 1}
    assert body["event_id"] == str(envelope.event_id)
    assert body["org_id"] == str(acme.org_id)


async def test_events_of_one_member_arrive_in_order(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    alice, bob = await acme.add_member(), await acme.add_member()
    for number in range(30):
        await record_steps(acme, number, user_id=alice if number % 2 else bob)

    await post.deliver(post.relay(RelayLimits(per_lane=4)))

    by_member: dict[str, list[int]] = {str(user_id): [] for user_id in (alice, bob)}
    for body in mailbox.bodies:
        by_member[body["user_id"]].append(body["data"]["number"])
    assert by_member == {str(alice): list(range(1, 30, 2)), str(bob): list(range(0, 30, 2))}


async def test_waiting_events_flow_oldest_first_once_a_destination_is_registered(post: Post, acme: Tenant) -> None:
    await record_steps(acme, *range(10))
    assert await post.deliver() == 0
    mailbox = await post.register(acme)
    await record_steps(acme, 10, 11)

    await post.deliver()

    assert [data["number"] for data in mailbox.data] == list(range(12))


async def test_events_that_waited_longer_than_thirty_days_do_not_flow(post: Post, acme: Tenant) -> None:
    await record_steps(acme, 1)
    post.clock.advance(timedelta(days=30))
    await record_steps(acme, 2)
    mailbox = await post.register(acme)

    await post.deliver()

    assert mailbox.data == [{"number": 2}]


async def test_a_failing_destination_gets_seven_attempts_on_the_schedule_and_then_the_event_has_failed(
    post: Post, acme: Tenant
) -> None:
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("refused", "no, thank you")
    await record_steps(acme, 1)
    relay, instants = post.relay(), []

    for delay in (timedelta(0), *DELAYS):
        post.clock.advance(delay - timedelta(seconds=1))
        assert delay == timedelta(0) or await post.deliver(relay) == 0
        post.clock.advance(timedelta(seconds=1))
        assert await post.deliver(relay) == 1
        instants.append(post.clock.now())
    post.clock.advance(timedelta(days=5))

    assert await post.deliver(relay) == 0
    assert len(mailbox.attempts) == len({envelope.signed_at for envelope in mailbox.attempts}) == 7
    assert len({envelope.body for envelope in mailbox.attempts}) == 1
    rows = await post.database.system.fetch("SELECT * FROM delivery_attempt ORDER BY attempt")
    assert [row["attempted_at"] for row in rows] == instants
    assert {(row["outcome"], row["provider_message"]) for row in rows} == {("refused", "no, thank you")}
    assert await post.database.system.fetchval("SELECT state FROM delivery") == "failed"


async def test_a_retry_that_succeeds_keeps_the_event_id(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("server", "overloaded")
    await record_steps(acme, 1)
    await post.deliver()
    mailbox.refusing = None
    post.clock.advance(timedelta(minutes=2))

    assert await post.deliver() == 1
    assert len({envelope.event_id for envelope in mailbox.attempts}) == 1


async def test_a_destination_that_hangs_does_not_delay_another(post: Post, acme: Tenant, globex: Tenant) -> None:
    stuck, healthy = await post.register(acme), await post.register(globex)
    stuck.held = asyncio.Event()
    await record_steps(acme, *range(20), user_id=await acme.add_member())
    relay, stop = post.relay(), asyncio.Event()
    running = asyncio.create_task(relay.run(stop))
    await stuck.until_attempted(1)

    await record_steps(globex, *range(20))
    await healthy.until_delivered(20)

    assert stuck.envelopes == []
    stuck.held.set()
    stop.set()
    await running
    assert len(stuck.envelopes) == 20


async def test_a_busy_tenant_does_not_push_out_a_quiet_one(post: Post, acme: Tenant, globex: Tenant) -> None:
    busy, quiet = await post.register(acme), await post.register(globex)
    async with acme.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in range(400)])
        await uow.commit()
    await record_steps(globex, 1)
    relay = post.relay(RelayLimits(lanes=1, per_lane=10))

    for _ in range(5):
        await relay.run_once()

    assert len(quiet.envelopes) == 1
    assert 0 < len(busy.envelopes) <= 40


async def test_an_expired_lease_is_taken_over_and_the_late_worker_notes_nothing(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    mailbox.held = asyncio.Event()
    await record_steps(acme, 1)
    late = asyncio.create_task(post.relay().run_once())
    await mailbox.until_attempted(1)
    assert await post.relay().run_once() == 0

    post.clock.advance(timedelta(seconds=31))
    taken_over = asyncio.create_task(post.relay().run_once())
    await mailbox.until_attempted(2)
    mailbox.held.set()

    assert list(await asyncio.gather(late, taken_over)) == [1, 1]
    assert await post.database.system.fetchval("SELECT count(*) FROM delivery_attempt") == 1
    assert await post.database.system.fetchval("SELECT attempts FROM delivery") == 1
    assert await post.deliver() == 0


async def test_both_secrets_sign_during_the_grace_and_the_old_one_not_after(post: Post, acme: Tenant) -> None:
    mailbox = await post.register(acme)
    async with acme.uow() as uow:
        (old,) = await signing.active_secrets(uow, post.keyring)
        rotation = await signing.rotate(uow, post.keyring, 3600, None)
        await uow.commit()
    new = parse_secret(rotation.new_signing_secret or "")

    await record_steps(acme, 1)
    await post.deliver()
    post.clock.advance(timedelta(seconds=3600))
    await record_steps(acme, 2)
    await post.deliver()

    during, after = mailbox.envelopes
    assert during.signature == sign(during.body, during.signed_at, [new, old])
    assert after.signature == sign(after.body, after.signed_at, [new])


async def test_replacing_a_destination_sends_what_is_pending_to_the_new_one(post: Post, acme: Tenant) -> None:
    old = await post.register(acme)
    relay = post.relay()
    await record_steps(acme, 1)
    await post.deliver(relay)
    await record_steps(acme, 2)
    async with acme.uow() as uow:
        await queues.replace(uow, post.queues, "device_data", {"type": "memory", "memory": {"name": "new"}})
        await uow.commit()

    await post.deliver(relay)

    assert old.data == [{"number": 1}]
    assert post.memory.mailbox("new").data[-1] == {"number": 2}


async def test_undelivered_events_of_a_deleted_destination_flow_at_the_next_registration(
    post: Post, acme: Tenant
) -> None:
    old = await post.register(acme)
    await record_steps(acme, 1)
    await post.deliver()
    old.refusing = PublishFailed("refused", "no")
    await record_steps(acme, 2)
    await post.deliver()
    await record_steps(acme, 3)
    async with acme.uow() as uow:
        await queues.delete(uow, "device_data")
        await uow.commit()
    await record_steps(acme, 4)
    assert await post.deliver() == 0

    new = await post.register(acme, name="new")
    await post.deliver()

    assert [data["number"] for data in new.data] == [2, 3, 4]


async def test_settings_that_cannot_be_used_cost_an_attempt_and_nobody_else_anything(
    post: Post, acme: Tenant, globex: Tenant
) -> None:
    await post.register(acme)
    healthy = await post.register(globex)
    await post.database.system.execute("UPDATE destination SET type = 'gone' WHERE org_id = $1", acme.org_id)
    await record_steps(acme, 1)
    await record_steps(globex, 1)

    assert await post.deliver() == 2
    assert len(healthy.envelopes) == 1
    row = await post.database.system.fetchrow("SELECT outcome FROM delivery_attempt WHERE org_id = $1", acme.org_id)
    assert row["outcome"] == "invalid"


async def test_a_failing_destination_leaves_places_for_the_others(post: Post, acme: Tenant, globex: Tenant) -> None:
    failing, healthy = await post.register(acme), await post.register(globex)
    failing.refusing = PublishFailed("server", "down")
    members = [await acme.add_member() for _ in range(20)]
    for member in members:
        await record_steps(acme, 1, user_id=member)
    relay = post.relay(RelayLimits(lanes=4, failing_lanes=1, per_lane=1))
    await relay.run_once()
    await record_steps(globex, 1)
    failing.attempts.clear()

    await relay.run_once()

    assert len(failing.attempts) == 1
    assert len(healthy.envelopes) == 1


async def test_streams_do_not_mix(post: Post, acme: Tenant) -> None:
    steps, nudges = await post.register(acme, "device_data"), await post.register(acme, "coach_nudges")
    async with acme.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(1), None), (NudgeCreated(2), None)])
        await uow.commit()

    await post.deliver()

    assert (steps.data, nudges.data) == ([{"number": 1}], [{"number": 2}])

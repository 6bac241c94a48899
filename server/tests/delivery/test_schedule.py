"""The instants of attempts on a destination that refuses them all, on a clock that jumps from one to the next."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import uuid4

from healthpartner.delivery.relay import Relay, RelayLimits
from healthpartner.delivery.retries import DELAYS, WINDOW
from healthpartner.destinations.contract import PublishFailed
from healthpartner.domains.tenants.event_log import service as event_log
from healthpartner.events import outbox
from tests.support.database import Tenant
from tests.support.delivery import Post, StepsCounted
from tests.support.sinks import Mailbox

EVENTS = 60
NOMINAL = (timedelta(0), *accumulate(DELAYS))
HOURS_AND_MINUTES = [(0, 0), (0, 1), (0, 6), (0, 36), (2, 36), (14, 36), (38, 36)]


def relay_by_chance(post: Post) -> Relay:
    """One whose jitter is drawn anew for each attempt."""
    limits, chance = RelayLimits(per_lane=EVENTS), random.Random(7).random  # noqa: S311 - repeatable
    context, kinds = post.queues.destinations, post.queues.kinds
    return Relay(post.database.system, post.clock, post.keyring, context, kinds=kinds, limits=limits, chance=chance)


async def next_instant(post: Post) -> datetime | None:
    found: datetime | None = await post.database.system.fetchval(
        "SELECT min(next_at) FROM delivery WHERE state = 'due'"
    )
    return found


async def record(tenant: Tenant) -> None:
    async with tenant.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in range(EVENTS)])
        await uow.commit()


async def told(post: Post, tenant: Tenant, relay: Relay) -> list[str]:
    """The types of what the partner hears about its account."""
    account = await post.register(tenant, "account")
    await post.deliver(relay)
    return [envelope.event_type for envelope in account.envelopes]


async def attempts_after_redelivery(post: Post, tenant: Tenant, relay: Relay, mailbox: Mailbox) -> int:
    event_id = mailbox.attempts[0].event_id
    mailbox.attempts.clear()
    async with tenant.uow() as uow:
        await event_log.redeliver(uow, event_id)
        await uow.commit()
    await post.deliver(relay)
    return [envelope.event_id for envelope in mailbox.attempts].count(event_id)


async def test_seven_attempts_fall_within_a_fifth_of_their_times_none_after_48_hours_and_then_the_partner_is_told(
    post: Post, acme: Tenant, record_property: Callable[[str, object], None]
) -> None:
    mailbox = await post.register(acme)
    mailbox.refusing = PublishFailed("server", "down")
    await record(acme)
    relay, created_at = relay_by_chance(post), post.clock.now()
    await post.deliver(relay)

    while (instant := await next_instant(post)) is not None:
        post.clock.advance(instant - post.clock.now() - timedelta(milliseconds=1))
        assert await post.deliver(relay) == 0
        post.clock.advance(timedelta(milliseconds=1))
        assert await post.deliver(relay) > 0
    post.clock.advance(timedelta(days=7))
    assert await post.deliver(relay) == 0

    rows = await post.database.system.fetch(
        "SELECT attempt, attempted_at - $1 AS after FROM delivery_attempt", created_at
    )
    assert [(at // timedelta(hours=1), at // timedelta(minutes=1) % 60) for at in NOMINAL] == HOURS_AND_MINUTES
    assert len(rows) == 7 * EVENTS
    deviations = [abs(row["after"] / NOMINAL[row["attempt"] - 1] - 1) for row in rows if row["attempt"] > 1]
    assert all(row["after"] == timedelta(0) for row in rows if row["attempt"] == 1)
    assert max(deviations) <= 0.2
    assert max(row["after"] for row in rows) <= WINDOW == timedelta(hours=48)
    states = await post.database.system.fetch("SELECT DISTINCT state FROM delivery")
    assert [row["state"] for row in states] == ["failed"]
    assert "queue.delivery.exhausted" in await told(post, acme, relay)
    assert await attempts_after_redelivery(post, acme, relay, mailbox) == 1
    record_property("attempts", len(rows))
    record_property("largest deviation", f"{max(deviations):.1%}")
    record_property("last attempt after", max(row["after"] for row in rows))

"""The signing secret is rotated twice while 10,000 events are on their way; receivers know one secret each."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from healthpartner.delivery.relay import RelayLimits
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.events import outbox
from healthpartner.events.envelope import Envelope
from tests.support.database import Tenant
from tests.support.delivery import Post, StepsCounted
from tests.support.receiver import Forged, verify
from tests.support.sinks import Mailbox

EVENTS = 10_000
BATCH = 100
# The clock jumps; leases last all the same.
LIMITS = RelayLimits(lanes=4, per_lane=20, lease_seconds=86_400)
# Rotations and ends of grace fall between batches, while the worker has others in flight.
ROTATIONS = {20: timedelta(minutes=30), 55: timedelta(minutes=20)}


def verifies(envelope: Envelope, secret: str) -> bool:
    try:
        verify(envelope.to_json(), [secret])
    except Forged:
        return False
    return True


def recorded_at(envelope: Envelope) -> datetime:
    return datetime.fromisoformat(json.loads(envelope.body)["occurred_at"])


def signed_at(envelope: Envelope) -> datetime:
    return datetime.fromisoformat(envelope.signed_at)


async def rotate(post: Post, tenant: Tenant, grace: timedelta) -> str:
    async with tenant.uow() as uow:
        rotation = await signing.rotate(uow, post.keyring, int(grace.total_seconds()), None)
        await uow.commit()
    assert rotation.new_signing_secret is not None
    return rotation.new_signing_secret


async def record_batch(tenant: Tenant, first: int) -> None:
    async with tenant.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in range(first, first + BATCH)])
        await uow.commit()


async def record_and_rotate(
    post: Post, tenant: Tenant, mailbox: Mailbox, first_secret: str
) -> list[tuple[str, datetime, datetime | None]]:
    """Each secret with the instant from which it signs and the one at which it no longer does."""
    used: list[tuple[str, datetime, datetime | None]] = [(first_secret, datetime.min.replace(tzinfo=UTC), None)]
    for number in range(EVENTS // BATCH):
        if number in ROTATIONS:
            now, grace = post.clock.now(), ROTATIONS[number]
            secret, since, _ = used[-1]
            used[-1] = (secret, since, now + grace)
            used.append((await rotate(post, tenant, grace), now, None))
        await record_batch(tenant, number * BATCH)
        # Half of it is still on its way when the next one comes and the clock moves on.
        await mailbox.until_delivered(number * BATCH + BATCH // 2)
        post.clock.advance(timedelta(minutes=1))
    return used


async def test_receivers_with_one_secret_verify_exactly_while_it_signs(
    post: Post, acme: Tenant, record_property: Callable[[str, object], None]
) -> None:
    secret = await rotate(post, acme, timedelta(0))
    mailbox = await post.register(acme)
    relay, stop = post.relay(LIMITS), asyncio.Event()
    running = asyncio.create_task(relay.run(stop))

    used = await record_and_rotate(post, acme, mailbox, secret)
    await mailbox.until_delivered(EVENTS)
    stop.set()
    await running

    assert len({envelope.event_id for envelope in mailbox.envelopes}) == len(mailbox.envelopes) == EVENTS
    in_flight = 0
    for secret, since, until in used:
        before, during, after = divided(mailbox.envelopes, since, until)
        assert during
        assert not any(verifies(one, secret) for one in (*before, *after))
        # What a worker had begun to send when the secret was made is signed by the one before, which still holds.
        missed = [one for one in during if not verifies(one, secret)]
        assert all(recorded_at(one) < since for one in missed)
        in_flight += len(missed)
    assert in_flight <= (len(used) - 1) * LIMITS.lanes * LIMITS.per_lane
    record_property("events", len(mailbox.envelopes))
    record_property("signed by both", sum(" " in one.signature for one in mailbox.envelopes))
    record_property("in flight at a switch", in_flight)


def divided(
    envelopes: list[Envelope], since: datetime, until: datetime | None
) -> tuple[list[Envelope], list[Envelope], list[Envelope]]:
    """Signed before, during and after the time of a secret."""
    places: tuple[list[Envelope], list[Envelope], list[Envelope]] = ([], [], [])
    for one in envelopes:
        at = signed_at(one)
        places[0 if at < since else 1 if until is None or at < until else 2].append(one)
    return places

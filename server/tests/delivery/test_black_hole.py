"""One of 200 destinations swallows everything and never answers; the others must hardly notice."""

import asyncio
import time
from collections.abc import Callable, Sequence
from uuid import uuid4

import pytest

from healthpartner.core.clock import SettableClock, SystemClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.delivery.relay import RelayLimits
from healthpartner.events import outbox
from tests.support.database import Tenant, create_tenant
from tests.support.delivery import Post, StepsCounted, make_post
from tests.support.latency import Timed, compare, record_steadily, relaying, timed_post

DESTINATIONS = 200
PER_SECOND = 200
EVENTS = 800
SWALLOWED = 24
TIMEOUT_SECONDS = 4.0
MOVED_BELOW = 1.10
HELD = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms) FROM delivery_attempt WHERE outcome = 'timeout'
"""


async def prepare(post: Post) -> list[Tenant]:
    tenants = [await create_tenant(post.database, SystemClock(), f"Org{number}") for number in range(DESTINATIONS)]
    for tenant in tenants:
        await post.create_secret(tenant)
        await post.register(tenant)
    return tenants


async def fill(tenant: Tenant) -> None:
    """As many members as keep all lanes of a destination busy."""
    async with tenant.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(number), uuid4()) for number in range(SWALLOWED)])
        await uow.commit()


@pytest.mark.parametrize("members", [1, 50])
async def test_a_place_is_held_no_longer_than_one_attempt_may_take(
    quiet_database: Database, clock: SettableClock, keyring: Keyring, members: int
) -> None:
    post = make_post(quiet_database, clock, keyring, timeout_seconds=TIMEOUT_SECONDS)
    acme = await create_tenant(quiet_database, clock, "Acme")
    await post.create_secret(acme)
    mailbox = await post.register(acme)
    mailbox.held = asyncio.Event()
    recipients = [uuid4() for _ in range(members)]
    async with acme.uow() as uow:
        await outbox.record_many(uow, [(StepsCounted(number), recipients[number % members]) for number in range(100)])
        await uow.commit()
    begun = time.monotonic()

    attempts = await post.relay(RelayLimits(per_lane=100)).run_once()

    assert attempts == len(mailbox.attempts) == members
    assert time.monotonic() - begun < 2 * TIMEOUT_SECONDS


async def test_a_black_hole_moves_the_p99_of_199_others_by_less_than_a_tenth(
    quiet_database: Database, keyring: Keyring, record_property: Callable[[str, object], None]
) -> None:
    sink = Timed()
    post = timed_post(quiet_database, keyring, sink, TIMEOUT_SECONDS)
    hole, *others = await prepare(post)
    name = f"{hole.org_id}/device_data"

    async def window(*, swallowing: bool) -> Sequence[float]:
        sink.holes = {name} if swallowing else set()
        await fill(hole)
        recorded = await record_steadily(others, [StepsCounted(number) for number in range(EVENTS)], PER_SECOND)
        await sink.until_arrived(set(recorded))
        return [sink.arrivals[event_id] - at for event_id, at in recorded.items()]

    async with relaying(post, RelayLimits()):
        await window(swallowing=False)
        found = await compare(
            lambda: window(swallowing=False), lambda: window(swallowing=True), MOVED_BELOW, least=6, most=24
        )
    held = await post.database.system.fetchval(HELD)
    record_property("p99 without", f"{found.first_p99 * 1000:.1f} ms")
    record_property("p99 beside it", f"{found.second_p99 * 1000:.1f} ms")
    record_property("median ratio", f"{found.ratio:.3f}")
    record_property("pairs", found.pairs)
    record_property("median attempt on it", f"{held:.0f} ms")
    assert found.ratio < MOVED_BELOW
    # One attempt alone may end late where the machine stands still; that is not what holds a place.
    assert held <= TIMEOUT_SECONDS * 1000 + 50

"""A destination that swallows everything and never answers holds no more than its share of a worker."""

import asyncio
import time
from uuid import uuid4

import pytest

from healthpartner.core.clock import SettableClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.delivery.relay import RelayLimits
from healthpartner.events import outbox
from tests.support.database import create_tenant
from tests.support.delivery import StepsCounted, make_post

TIMEOUT_SECONDS = 4.0


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

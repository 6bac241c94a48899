"""A process that stores what one device saw, a few sessions a transaction, and says before each statement that it will.

usage: storing_process URL ORG MEMBER watch|phone
"""

import asyncio
import sys
from uuid import UUID

from healthpartner.canonical.samples import SampleSource
from healthpartner.core.clock import SystemClock
from healthpartner.core.db.pool import connect
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.sleep import service as sleep
from healthpartner.domains.metrics.workouts import service as workouts
from tests.support.two_devices import year

SEED = 3
NIGHTS = 40
A_TRANSACTION = 5


class Talking(UnitOfWork):
    """Says a word before each statement, so that it can be killed there."""

    async def connection(self) -> object:
        sys.stdout.write("step\n")
        sys.stdout.flush()
        return await super().connection()


async def store(url: str, org_id: UUID, member: UUID, device: str) -> None:
    life = year(SEED)
    slept = (life.watch_sleep if device == "watch" else life.phone_sleep)[:NIGHTS]
    done = (life.watch_workouts if device == "watch" else life.phone_workouts)[:NIGHTS]
    source = SampleSource("apple_health", device)
    async with connect(url, pool_size=1) as database:
        for first in range(0, NIGHTS, A_TRANSACTION):
            async with Talking(database.tenants, SystemClock(), org_id, user_id=member) as uow:
                await sleep.store(uow, source, slept[first : first + A_TRANSACTION])
                await workouts.store(uow, source, done[first : first + A_TRANSACTION])
                await uow.commit()


if __name__ == "__main__":
    asyncio.run(store(sys.argv[1], UUID(sys.argv[2]), UUID(sys.argv[3]), sys.argv[4]))

"""Delivery workers to be killed. Run as a program it loads the code once and then, for every line that it reads, forks a
worker and prints its process id, so that a killed worker is replaced within milliseconds.

    python -m tests.support.killable_workers <database url>
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from uuid import UUID

from healthpartner.core.clock import Clock, SystemClock
from healthpartner.core.db.pool import connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.logs import configure_logging
from healthpartner.delivery.relay import DATABASE_ERRORS, Relay, RelayLimits
from healthpartner.destinations.contract import DestinationContext
from tests.support.sinks import Socket

SPEED = 20
LIMITS = RelayLimits(lanes=4, failing_lanes=4, per_lane=25, lease_seconds=40.0, poll_seconds=0.2)
MASTER_KEY = bytes(range(32))
CONTEXT = DestinationContext(
    environment="sandbox", publishing_principal_arn="arn:aws:iam::1:role/p", timeout_seconds=1.0
)


class FastClock:
    """Runs ahead of time, so that leases end and retries come within seconds."""

    def __init__(self) -> None:
        self._start = SystemClock().now()

    def now(self) -> datetime:
        return self._start + (SystemClock().now() - self._start) * SPEED

    def now_of(self, org_id: UUID) -> datetime:  # noqa: ARG002 - as the contract names it
        return self.now()


async def work(url: str, clock: Clock) -> None:
    async with connect(url, pool_size=1) as database:
        relay = Relay(database.system, clock, Keyring([MASTER_KEY]), CONTEXT, kinds={"socket": Socket()}, limits=LIMITS)
        await relay.run(asyncio.Event())


async def work_from_the_start(url: str, clock: Clock) -> None:
    """A worker that starts while the database is away tries again, as its supervisor would make it do."""
    while True:
        try:
            await work(url, clock)
        except DATABASE_ERRORS:
            await asyncio.sleep(0.05)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    configure_logging("error", stream=sys.stderr)
    clock = FastClock()
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(work_from_the_start(sys.argv[1], clock))
            os._exit(1)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

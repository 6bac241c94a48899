"""Delivery workers to be killed. Run as a program it loads the code once and then, for every line that it reads, forks a
worker and prints its process id, so that a killed worker is replaced within milliseconds.

    python -m tests.support.killable_workers <database url> <surroundings, as JSON>
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from healthpartner.core.clock import Clock, SystemClock
from healthpartner.core.db.pool import connect
from healthpartner.core.encryption import Keyring
from healthpartner.core.logs import configure_logging
from healthpartner.delivery.relay import DATABASE_ERRORS, Relay, RelayLimits
from healthpartner.destinations.contract import DestinationContext
from healthpartner.destinations.registry import KINDS
from tests.support.sinks import Socket

SPEED = 20
# A lease of 120 s ends after 6 s here, which is longer than an attempt takes.
LIMITS = RelayLimits(lanes=4, failing_lanes=4, per_lane=25, lease_seconds=120.0, poll_seconds=0.2)
ATTEMPT_SECONDS = 3.0
MASTER_KEY = bytes(range(32))
ALL_KINDS = {**KINDS, "socket": Socket()}


class Surroundings(Struct, frozen=True):
    """What workers are told: where SQS is, and from when their clocks run fast, which have to agree."""

    clocks_start_at: datetime
    sqs_port: int = 0


def context_of(surroundings: Surroundings) -> DestinationContext:
    return DestinationContext(
        environment="sandbox",
        publishing_principal_arn="arn:aws:iam::1:role/p",
        aws_endpoint_url=f"http://127.0.0.1:{surroundings.sqs_port}",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        allow_private_webhooks=True,
        timeout_seconds=ATTEMPT_SECONDS,
    )


class FastClock:
    """Runs ahead of time, so that leases end and retries come within seconds."""

    def __init__(self, start: datetime) -> None:
        self._start = start

    def now(self) -> datetime:
        return self._start + (SystemClock().now() - self._start) * SPEED

    def now_of(self, org_id: UUID) -> datetime:  # noqa: ARG002 - as the contract names it
        return self.now()


async def work(url: str, context: DestinationContext, clock: Clock) -> None:
    async with connect(url, pool_size=1) as database:
        relay = Relay(database.system, clock, Keyring([MASTER_KEY]), context, kinds=ALL_KINDS, limits=LIMITS)
        await relay.run(asyncio.Event())


async def work_from_the_start(url: str, context: DestinationContext, clock: Clock) -> None:
    """A worker that starts while the database is away tries again, as its supervisor would make it do."""
    while True:
        try:
            await work(url, context, clock)
        except DATABASE_ERRORS:
            await asyncio.sleep(0.05)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    configure_logging("error", stream=sys.stderr)
    surroundings = msgspec.json.decode(sys.argv[2], type=Surroundings)
    clock, context = FastClock(surroundings.clocks_start_at), context_of(surroundings)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(work_from_the_start(sys.argv[1], context, clock))
            os._exit(1)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

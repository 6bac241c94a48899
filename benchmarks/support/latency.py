"""What something costs new events on their way, from the instant that an event was to be recorded to its arrival.

One steady stream of events flows all the time, through the same processes. It is looked at in short slices, `without` and
`beside` what is measured, in the orders A B B A and B A A B, so that whatever drifts meets both alike; what is recorded
between slices, while one changes into the other, belongs to neither. The latencies of all slices of an arm are pooled,
since the p99 of one slice hangs on a handful of events, and the ratio is that of the two pooled p99. Its interval is where
nine of ten bootstraps come out, each of which draws whole slices anew. With two arms that are alike (`--control`) the ratio
is about 1, and its interval says how small a difference the machine lets be seen.
"""

import argparse
import asyncio
import gc
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import uvloop

from healthpartner.core.clock import SystemClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.core.garbage import set_aside_what_stays
from healthpartner.core.logs import configure_logging
from healthpartner.core.postgres.embedded import EmbeddedPostgres
from healthpartner.delivery.relay import RelayLimits
from healthpartner.destinations.contract import Destination, DestinationContext, Receipt
from healthpartner.events import outbox
from healthpartner.events.envelope import Envelope

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))

from tests.support.database import Tenant
from tests.support.delivery import Post, StepsCounted, make_post
from tests.support.sinks import Memory, MemorySettings

SETTLING_SECONDS = 0.1
BOOTSTRAPS = 1000
INNER = 0.9
# Whoever the events are about, spread over the lanes of a destination.
MEMBERS = 500

Slice = list[float]
Take = Callable[[], Awaitable[Slice]]
Measure = Callable[[str], Awaitable[None]]
MEMORY = Path("/dev/shm")  # noqa: S108 - the operating system's file system in memory


class Timed(Memory):
    """The kind `memory`, of which only the instant of each arrival is kept, and how many there were. What is named `hole`
    answers when it is let to.
    """

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: dict[UUID, float] = {}
        self.taken, self.hole = 0, ""
        self.answering = asyncio.Event()
        self.answering.set()

    def open(self, settings: MemorySettings, context: DestinationContext) -> Destination:
        return TimedDestination(self, settings.name, context.timeout_seconds)

    async def until_arrived(self, event_ids: set[UUID]) -> None:
        while not event_ids <= self.arrivals.keys():  # noqa: ASYNC110 - nothing is told, so that arriving costs nothing
            await asyncio.sleep(0.01)


class TimedDestination(Destination):
    def __init__(self, kind: Timed, name: str, timeout_seconds: float) -> None:
        super().__init__(timeout_seconds)
        self._kind, self._name = kind, name

    async def attempt(self, envelope: Envelope) -> Receipt:
        if self._name == self._kind.hole:
            await self._kind.answering.wait()
        self._kind.taken += 1
        self._kind.arrivals.setdefault(envelope.event_id, time.perf_counter())
        return Receipt(None, thin=False)

    async def close(self) -> None:
        return


class Stream:
    """New events at a steady pace, one a transaction, to one recipient after the other. Each is due at an instant of its
    own, whatever became of those before it, so that a stall counts for all that fall into it.
    """

    def __init__(self, recipients: Sequence[Tenant], per_second: float, sink: Timed) -> None:
        self._recipients, self._per_second, self._sink = recipients, per_second, sink
        self._members = [uuid4() for _ in range(MEMBERS)]
        self._begun: list[asyncio.Task[tuple[Tenant, UUID, float]]] = []

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        running = asyncio.create_task(self._flow())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(*self._begun)

    async def slice(self, seconds: float, unwatched: Tenant | None = None) -> Slice:
        """The latencies of what is recorded from now on, for so long, in their order."""
        # Garbage is collected before, and what comes late for that belongs to no slice.
        gc.collect()
        await asyncio.sleep(SETTLING_SECONDS)
        self._begun = []
        self._sink.arrivals.clear()
        await asyncio.sleep(seconds)
        begun, self._begun = self._begun, []
        recorded = [
            (event_id, due) for tenant, event_id, due in await asyncio.gather(*begun) if tenant is not unwatched
        ]
        await self._sink.until_arrived({event_id for event_id, _ in recorded})
        return sorted(self._sink.arrivals[event_id] - due for event_id, due in recorded)

    async def _flow(self) -> None:
        begun = time.perf_counter()
        for number in count():
            due = begun + number / self._per_second
            await asyncio.sleep(due - time.perf_counter())
            self._begun.append(asyncio.create_task(self._record(number, due)))

    async def _record(self, number: int, due: float) -> tuple[Tenant, UUID, float]:
        tenant, member = self._recipients[number % len(self._recipients)], self._members[number % MEMBERS]
        async with tenant.uow() as uow:
            event_id = await outbox.record(uow, StepsCounted(number), member)
            await uow.commit()
        return tenant, event_id, due


class Comparison(NamedTuple):
    """Of two arms; seconds. `low` and `high` bound the inner nine tenths of the bootstrapped ratios."""

    p50: tuple[float, float]
    p99: tuple[float, float]
    ratio: float
    low: float
    high: float

    def show(self, goal: float) -> None:
        for name, (without, beside) in (("p50", self.p50), ("p99", self.p99)):
            print(f"{name} without      {without * 1000:8.2f} ms   beside it {beside * 1000:8.2f} ms")
        print(f"ratio of the p99 {self.ratio:8.3f}      goal < {goal:.2f}   90 % [{self.low:.3f} ... {self.high:.3f}]")


async def compare(without: Take, beside: Take, rounds: int) -> Comparison:
    """Slices of the two arms in the orders A B B A and B A A B, in turn, so that neither drift nor a beat meets one more."""
    firsts, seconds = list[Slice](), list[Slice]()
    there, back = ((without, firsts), (beside, seconds)), ((beside, seconds), (without, firsts))
    for number in range(rounds):
        for take, slices in (*there, *back) if number % 2 == 0 else (*back, *there):
            slices.append(await take())
    return compared(firsts, seconds)


def compared(firsts: Sequence[Slice], seconds: Sequence[Slice]) -> Comparison:
    chance = random.Random(0)  # noqa: S311 - the same draws for the same slices
    ratios = sorted(_ratio(_redrawn(firsts, chance), _redrawn(seconds, chance)) for _ in range(BOOTSTRAPS))
    outside = int(len(ratios) * (1 - INNER) / 2)
    pooled = _pooled(firsts), _pooled(seconds)
    return Comparison(
        p50=(statistics.median(pooled[0]), statistics.median(pooled[1])),
        p99=(p99(pooled[0]), p99(pooled[1])),
        ratio=_ratio(firsts, seconds),
        low=ratios[outside],
        high=ratios[-1 - outside],
    )


def p99(latencies: Sequence[float]) -> float:
    """Of sorted latencies."""
    return latencies[min(int(len(latencies) * 0.99), len(latencies) - 1)]


def run_on_database(measure: Measure, *, on_disk: bool) -> None:
    """`measure` gets the address of a server. Its files are in memory where the system offers that: a commit waits for the
    disk, whose own p99 is as long as all the rest of an event's way, and would decide on both arms.
    """
    in_memory = MEMORY.is_dir() and not on_disk
    with suppress(PermissionError):
        # What else the machine has to do waits for us; inherited by the server.
        os.nice(-15)
    with (
        Path(os.devnull).open("w") as nowhere,
        tempfile.TemporaryDirectory(dir=MEMORY if in_memory else None) as directory,
    ):
        configure_logging("info", json=True, stream=nowhere)
        Path(directory).chmod(0o711)
        with EmbeddedPostgres(Path(directory) / "postgres") as postgres:
            print(f"database         {'in memory' if in_memory else 'on disk':>11}")
            uvloop.run(_awaited(measure(postgres.start().url)))


async def _awaited(work: Awaitable[None]) -> None:
    await work


def options_of(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=12, help="each is four slices")
    parser.add_argument("--control", action="store_true", help="compare what is alike")
    parser.add_argument("--on-disk", action="store_true", help="keep the database's files on disk")
    return parser


def timed_post(database: Database, keyring: Keyring, sink: Timed, timeout_seconds: float) -> Post:
    """On the real clock, since time is what is measured."""
    clock: Any = SystemClock()
    post = make_post(database, clock, keyring, timeout_seconds)
    post.memory = sink
    post.queues = type(post.queues)(post.keyring, post.queues.destinations, {"memory": sink})
    return post


@asynccontextmanager
async def relaying(post: Post, limits: RelayLimits) -> AsyncIterator[None]:
    """As a worker process does it, but for the jobs."""
    relay, stop = post.relay(limits), asyncio.Event()
    set_aside_what_stays()
    running = asyncio.create_task(relay.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running
        await relay.close()


def _ratio(firsts: Sequence[Slice], seconds: Sequence[Slice]) -> float:
    return p99(_pooled(seconds)) / p99(_pooled(firsts))


def _pooled(slices: Sequence[Slice]) -> Slice:
    """In their order; sorting goes fast over slices that are sorted."""
    return sorted(latency for latencies in slices for latency in latencies)


def _redrawn(slices: Sequence[Slice], chance: random.Random) -> list[Slice]:
    return chance.choices(slices, k=len(slices))

"""Latencies from recording an event to its arrival, compared in pairs so that a busy machine does not decide the outcome:
both halves of a pair come right after each other, and their ratio is taken before anything else.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from healthpartner.core.clock import SystemClock
from healthpartner.core.db.pool import Database
from healthpartner.core.encryption import Keyring
from healthpartner.delivery.relay import RelayLimits
from healthpartner.destinations.contract import Destination, DestinationContext, Receipt
from healthpartner.events import outbox
from healthpartner.events.envelope import Envelope
from healthpartner.events.event import Event

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))

from tests.support.database import Tenant
from tests.support.delivery import Post, make_post
from tests.support.sinks import Memory, MemorySettings

Window = Callable[[], Awaitable[Sequence[float]]]


class Timed(Memory):
    """The kind `memory`, of which only the instant of each arrival is kept. What is named in `holes` never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: dict[UUID, float] = {}
        self.holes: set[str] = set()
        self.expected: set[UUID] = set()
        self.complete = asyncio.Event()

    def open(self, settings: MemorySettings, context: DestinationContext) -> Destination:
        return TimedDestination(self, settings.name, context.timeout_seconds)

    async def until_arrived(self, event_ids: set[UUID]) -> None:
        self.expected = event_ids - self.arrivals.keys()
        self.complete.clear()
        if self.expected:
            await self.complete.wait()


class TimedDestination(Destination):
    def __init__(self, kind: Timed, name: str, timeout_seconds: float) -> None:
        super().__init__(timeout_seconds)
        self._kind, self._name = kind, name

    async def attempt(self, envelope: Envelope) -> Receipt:
        if self._name in self._kind.holes:
            await asyncio.Event().wait()
        self._kind.arrivals.setdefault(envelope.event_id, time.perf_counter())
        self._kind.expected.discard(envelope.event_id)
        if not self._kind.expected:
            self._kind.complete.set()
        return Receipt(None, thin=False)

    async def close(self) -> None:
        return


class Comparison(NamedTuple):
    """Medians over all pairs; `ratio` is that of what the second half's p99 is of the first half's."""

    first_p99: float
    second_p99: float
    ratio: float
    ratios: list[float]


def timed_post(database: Database, keyring: Keyring, sink: Timed, timeout_seconds: float) -> Post:
    """On the real clock, since time is what is measured."""
    clock: Any = SystemClock()
    post = make_post(database, clock, keyring, timeout_seconds)
    post.memory = sink
    post.queues = type(post.queues)(post.keyring, post.queues.destinations, {"memory": sink})
    return post


@asynccontextmanager
async def relaying(post: Post, limits: RelayLimits) -> AsyncIterator[None]:
    relay, stop = post.relay(limits), asyncio.Event()
    running = asyncio.create_task(relay.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running
        await relay.close()


async def record_steadily(
    recipients: Sequence[Tenant], events: Sequence[Event], per_second: float
) -> dict[UUID, float]:
    """One event a transaction, to one recipient after the other; answers when each was recorded."""
    recorded, begun = dict[UUID, float](), time.perf_counter()
    for number, event in enumerate(events):
        await asyncio.sleep(max(0.0, begun + number / per_second - time.perf_counter()))
        tenant, at = recipients[number % len(recipients)], time.perf_counter()
        async with tenant.uow() as uow:
            event_id = await outbox.record(uow, event)
            await uow.commit()
        recorded[event_id] = at
    return recorded


async def compare(first: Window, second: Window, number: int) -> Comparison:
    pairs = [(p99(await first()), p99(await second())) for _ in range(number)]
    befores, afters = zip(*pairs, strict=True)
    ratios = [after / before for before, after in pairs]
    return Comparison(statistics.median(befores), statistics.median(afters), statistics.median(ratios), sorted(ratios))


def p99(latencies: Sequence[float]) -> float:
    return sorted(latencies)[min(int(len(latencies) * 0.99), len(latencies) - 1)]

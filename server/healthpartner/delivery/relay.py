"""The delivery worker: leases lanes with due work, sends them side by side, and notes each lane's results by itself, so
that a slow destination holds up nobody else. Replays go on beside that at a pace of their own. It outlives the loss of the database and may be killed at any instant.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog
from msgspec import Struct

from healthpartner.core.clock import Clock
from healthpartner.core.encryption import Keyring
from healthpartner.core.telemetry import delivery_database_errors_total
from healthpartner.delivery import store
from healthpartner.delivery.circuits import strike_of
from healthpartner.delivery.notices import tell
from healthpartner.delivery.observation import observe
from healthpartner.delivery.pace import Pace
from healthpartner.delivery.replay import continue_replays
from healthpartner.delivery.routing import route_waiting
from healthpartner.delivery.sending import Attempt, LaneSender, Target
from healthpartner.delivery.store import ROLES, Role
from healthpartner.delivery.targets import Targets
from healthpartner.delivery.wakeups import Wakeups
from healthpartner.destinations.contract import DestinationContext, Kind
from healthpartner.destinations.registry import KINDS

# The client library answers a connection that breaks at the wrong moment with an internal error.
DATABASE_ERRORS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
FIRST_BACKOFF_SECONDS = 0.1
LONGEST_BACKOFF_SECONDS = 2.0
FIRST_ROLES: Sequence[Role] = ("fresh", "failing", "probe")

_log = structlog.get_logger(__name__)


class RelayLimits(Struct, frozen=True, kw_only=True):
    """What a worker holds at a time: lanes, the deliveries of one lane, lanes whose destination keeps failing, lanes of
    replays, and probes; and how many replays it sends a second. A crash repeats at most `(lanes + failing_lanes + replay_lanes) * per_lane + probes` deliveries.
    """

    lanes: int = 16
    failing_lanes: int = 4
    replay_lanes: int = 4
    probes: int = 16
    replays_per_second: float = 1000.0
    replays_per_second_beside_fresh: float = 100.0
    per_lane: int = 100
    lease_seconds: float = 30.0
    poll_seconds: float = 1.0

    def places(self, taken: Mapping[Role, int], roles: Container[Role] = ROLES) -> dict[Role, int]:
        """What is left for lanes of each of the roles when these many are taken; of any other role, nothing."""
        places: dict[Role, int] = {
            "fresh": self.lanes,
            "failing": self.failing_lanes,
            "replay": self.replay_lanes,
            "probe": self.probes,
        }
        return {role: number - taken.get(role, 0) if role in roles else 0 for role, number in places.items()}


class Batch(Struct, frozen=True):
    """A leased lane, its target and its due deliveries in the order of recording."""

    lane_id: int
    token: UUID
    role: Role
    leased_at: float
    target: Target | None
    deliveries: list[Any]


class Relay:
    """`system` is the pool of the system role."""

    def __init__(
        self,
        system: Any,
        clock: Clock,
        keyring: Keyring,
        context: DestinationContext,
        *,
        kinds: Mapping[str, Kind] = KINDS,
        limits: RelayLimits | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._pool, self._clock, self._chance = system, clock, chance
        self._limits = limits or RelayLimits()
        # One half of what the longest attempt leaves of the lease is for beginning attempts, the other for noting
        # results and for clocks that differ.
        self._sending_seconds = (self._limits.lease_seconds - context.timeout_seconds) / 2
        self._targets = Targets(keyring, context, kinds, self._limits.lease_seconds)
        self._serving: dict[asyncio.Task[int], Batch] = {}
        self._heard: dict[Role, asyncio.Event] = {}
        self._unnoted: set[int] = set()
        self._stopping = False
        self._pace = Pace(self._limits.replays_per_second, self._limits.replays_per_second_beside_fresh)

    async def run_once(self) -> int:
        """Serves what is due now, once; answers the number of attempts."""
        await self._move_on()
        await continue_replays(self._pool, self._clock.now())
        batches = await self._lease(self._limits.places({}))
        return sum(await asyncio.gather(*(self._serve(batch) for batch in batches)))

    async def run(self, stop: asyncio.Event) -> None:
        """Serves until told to stop; then finishes what it has begun."""
        wakeups, stopping = Wakeups(self._pool), asyncio.ensure_future(stop.wait())
        self._heard = {**dict.fromkeys(FIRST_ROLES, wakeups.heard), "replay": asyncio.Event()}

        more = asyncio.Event()

        async def look() -> None:
            await wakeups.listen()
            await self._fill(FIRST_ROLES)

        async def move_on() -> None:
            if await self._move_on():
                wakeups.heard.set()
                more.set()

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep(look, wakeups.heard, stopping))
                # Beside each other: new events wait neither for replays nor for what is looked after once a while.
                group.create_task(self._keep(self._replay, self._heard["replay"], stopping))
                group.create_task(self._keep(move_on, more, stopping))
            self._stopping = True
            await asyncio.gather(*self._serving)
        finally:
            stopping.cancel()
            for task in self._serving:
                task.cancel()
            await wakeups.close()

    async def close(self) -> None:
        """Closes the destinations that were opened."""
        await self._targets.close()

    async def _keep(
        self, look: Callable[[], Awaitable[None]], heard: asyncio.Event, stopping: asyncio.Future[Any]
    ) -> None:
        """Looks for work until told to stop, however often the database goes away."""
        backoff = 0.0
        while not stopping.done():
            try:
                await look()
                backoff = 0.0
            except DATABASE_ERRORS as error:
                backoff = min(LONGEST_BACKOFF_SECONDS, 2 * backoff or FIRST_BACKOFF_SECONDS)
                delivery_database_errors_total.inc()
                _log.warning("delivery waits for the database", error=type(error).__name__)
            await self._wait(heard, stopping, backoff)

    async def _replay(self) -> None:
        await continue_replays(self._pool, self._clock.now())
        await self._fill(("replay",))

    async def _move_on(self) -> int:
        """Tells what is to be told and gives waiting events their deliveries; answers how many."""
        await tell(self._pool, self._clock)
        return await route_waiting(self._pool, self._clock.now())

    async def _fill(self, roles: Sequence[Role]) -> None:
        """Takes the lanes with due work that there are places for. What comes due meanwhile is heard of."""
        places = self._limits.places(Counter(batch.role for batch in self._serving.values()), roles)
        if self._unnoted or not any(places.values()):
            return
        for batch in await self._lease(places):
            if batch.role == "fresh":
                self._pace.give_way()
            task = asyncio.create_task(self._serve(batch))
            self._serving[task] = batch
            task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[int]) -> None:
        batch = self._serving.pop(task)
        self._heard[batch.role].set()
        if not task.cancelled() and task.exception() is not None:
            _log.error("serving a lane broke", lane_id=batch.lane_id, exc_info=task.exception())

    async def _wait(self, heard: asyncio.Event, stopping: asyncio.Future[Any], backoff: float) -> None:
        """Until a lane is done, something is heard, or it is time to look."""
        if backoff:
            await asyncio.wait({stopping}, timeout=backoff)
            return
        hearing = asyncio.ensure_future(heard.wait())
        await asyncio.wait({stopping, hearing}, timeout=self._limits.poll_seconds, return_when=asyncio.FIRST_COMPLETED)
        hearing.cancel()
        heard.clear()

    async def _lease(self, places: Mapping[Role, int]) -> list[Batch]:
        now, leased_at, token = self._clock.now(), time.monotonic(), uuid4()
        until = now + timedelta(seconds=self._limits.lease_seconds)
        async with self._pool.acquire() as connection:
            lanes = await store.lease_lanes(connection, now, token, until, places)
            if not lanes:
                return []
            lane_ids = [lane["lane_id"] for lane in lanes]
            rows = await store.select_due(connection, lanes, now, self._limits.per_lane)
            targets = await self._targets.find(connection, lanes, now)
        due: dict[int, list[Any]] = {lane_id: [] for lane_id in lane_ids}
        for row in sorted(rows, key=itemgetter("delivery_id")):
            due[row["lane_id"]].append(row)
        return [
            Batch(lane["lane_id"], token, lane["role"], leased_at, targets[lane["lane_id"]], due[lane["lane_id"]])
            for lane in lanes
        ]

    async def _serve(self, batch: Batch) -> int:
        stop_at = batch.leased_at + self._sending_seconds
        pace = self._pace if batch.role == "replay" else None
        sender = LaneSender(batch.target, self._clock, self._chance, stop_at, pace)
        attempts = await sender.send(batch.deliveries)
        if not await self._note(batch, attempts):
            _log.warning("lane was taken over", lane_id=batch.lane_id, attempts=len(attempts))
        await observe(batch.target, attempts)
        return len(attempts)

    async def _note(self, batch: Batch, attempts: Sequence[Attempt]) -> bool:
        """Notes the results, however long the database is away: unless another worker took over, nothing is repeated."""
        rows, strike = [attempt.row() for attempt in attempts], strike_of(attempts)
        lease_end = batch.leased_at + self._limits.lease_seconds
        try:
            while True:
                try:
                    return await store.finish_lane(
                        self._pool, batch.lane_id, batch.token, self._clock.now(), rows, strike
                    )
                except DATABASE_ERRORS:
                    # Nothing more is leased until what was sent can be noted.
                    self._unnoted.add(batch.lane_id)
                    if self._stopping and time.monotonic() > lease_end:
                        return False
                    await asyncio.sleep(FIRST_BACKOFF_SECONDS)
        finally:
            self._unnoted.discard(batch.lane_id)

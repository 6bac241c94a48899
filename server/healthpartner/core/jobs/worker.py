"""Takes tickets from the queue and works on them; runs what is due by the clock. It outlives the loss of the database.

A ticket whose worker dies is taken again once its heartbeats have stopped for a while.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import asyncpg
import msgspec
import structlog
from msgspec import Struct
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.domain.models import Job, Schedule

from healthpartner.core.jobs.connections import queue_pool
from healthpartner.core.jobs.queue import Ticket

DATABASE_ERRORS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError, FailingListenerError)
FIRST_BACKOFF_SECONDS = 0.1
LONGEST_BACKOFF_SECONDS = 5.0

_log = structlog.get_logger(__name__)

Handler = Callable[[Ticket], Awaitable[None]]


class TryAgain(Exception):
    """The handler wants the ticket back after `delay`."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__("later")
        self.delay = delay


class Periodic(Struct, frozen=True):
    """Run by one worker of all, whenever the cron expression says so (UTC)."""

    name: str
    cron: str
    run: Callable[[], Awaitable[None]]


class WorkerLimits(Struct, frozen=True, kw_only=True):
    """`jobs` at a time; a job silent for `heartbeat_seconds` is taken by another worker; `grace_seconds` to finish."""

    jobs: int = 4
    heartbeat_seconds: float = 30.0
    poll_seconds: float = 5.0
    grace_seconds: float = 20.0


class JobWorker:
    """`handlers` by kind. A handler must note its own failures: what it raises only means to be called again."""

    def __init__(
        self,
        url: str,
        handlers: Mapping[str, Handler],
        periodic: Sequence[Periodic] = (),
        limits: WorkerLimits | None = None,
    ) -> None:
        self._url = url
        self._handlers = handlers
        self._periodic = periodic
        self._limits = limits or WorkerLimits()
        self._working: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until told to stop; jobs that do not finish within the grace go back to the queue."""
        stopping = asyncio.ensure_future(stop.wait())
        loops = [asyncio.create_task(self._persist(self._work, stop))]
        if self._periodic:
            loops.append(asyncio.create_task(self._persist(self._schedule, stop)))
        try:
            await asyncio.wait({stopping, *loops}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(loops, timeout=self._limits.grace_seconds)
        finally:
            stopping.cancel()
            for task in self._working:
                task.cancel()
            await asyncio.gather(*loops, return_exceptions=True)

    async def _persist(self, serve: Callable[[Queries, asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> None:
        backoff = FIRST_BACKOFF_SECONDS
        while not stop.is_set():
            try:
                async with queue_pool(self._url) as pool:
                    backoff = FIRST_BACKOFF_SECONDS
                    await serve(Queries.from_asyncpg_pool(pool), stop)
            except DATABASE_ERRORS as error:
                _log.warning("jobs_wait_for_the_database", error=type(error).__name__)
            except Exception as error:  # noqa: BLE001 - a worker serves on
                _log.error("job_worker_broke", exc_info=error)
            await _passed(stop, backoff)
            backoff = min(2 * backoff, LONGEST_BACKOFF_SECONDS)

    async def _work(self, queries: Queries, stop: asyncio.Event) -> None:
        manager = QueueManager(queries)
        for kind in self._handlers:
            manager.entrypoint(kind, accepts_context=False, on_failure="hold")(self._take)
        limits = self._limits
        async with _forwarded(stop, manager.shutdown):
            await manager.run(
                dequeue_timeout=timedelta(seconds=limits.poll_seconds),
                batch_size=1,
                max_concurrent_tasks=max(2, limits.jobs),
                shutdown_on_listener_failure=True,
                heartbeat_timeout=timedelta(seconds=limits.heartbeat_seconds),
            )

    async def _take(self, job: Job) -> None:
        """Whatever the handler raises puts the ticket back: only its silent return takes it out of the queue.

        The library stores and logs what reaches it, so no exception of a handler does.
        """
        ticket = msgspec.json.decode(job.payload or b"", type=Ticket)
        task = asyncio.ensure_future(self._handlers[job.entrypoint](ticket))
        self._working.add(task)
        try:
            await asyncio.wait({task})
        finally:
            self._working.discard(task)
            task.cancel()
        if task.cancelled():
            raise RetryRequested(reason="stopped")
        error = task.exception()
        if isinstance(error, TryAgain):
            raise RetryRequested(error.delay)
        if error is not None:
            _log.error("job_broke", kind=job.entrypoint, exc_info=error)
            raise RetryRequested(timedelta(seconds=self._limits.poll_seconds))

    async def _schedule(self, queries: Queries, stop: asyncio.Event) -> None:
        manager = SchedulerManager(queries)
        for periodic in self._periodic:
            manager.schedule(periodic.name, periodic.cron, accepts_context=False)(_quietly(periodic))
        async with _forwarded(stop, manager.shutdown):
            await manager.run()


def _quietly(periodic: Periodic) -> Callable[[Schedule], Awaitable[None]]:
    """What breaks is logged by us, and tried again when its time comes again."""

    async def run(_: Schedule) -> None:
        try:
            await periodic.run()
        except Exception as error:  # noqa: BLE001 - whatever it is
            _log.error("periodic_work_broke", name=periodic.name, exc_info=error)

    return run


@asynccontextmanager
async def _forwarded(stop: asyncio.Event, shutdown: asyncio.Event) -> AsyncIterator[None]:
    """The library sets its own event when it gives up, which must not stop us."""

    async def forward() -> None:
        await stop.wait()
        shutdown.set()

    task = asyncio.create_task(forward())
    try:
        yield
    finally:
        task.cancel()


async def _passed(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)

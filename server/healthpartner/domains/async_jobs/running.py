"""Runs one job from its ticket to its end, whatever breaks on the way: the handler, the worker or the database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import asyncpg
import structlog

from healthpartner.core.errors import HealthPartnerError
from healthpartner.core.jobs.queue import Ticket
from healthpartner.core.jobs.worker import Handler, TryAgain
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs import service, store
from healthpartner.domains.async_jobs.schemas import JobContext, JobFailure, JobResources

AWAY = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
MOST_ATTEMPTS = 4
FIRST_DELAY_SECONDS = 2.0
SERVER_ERROR = 500
INTERNAL = JobFailure("internal_error", "Something went wrong on our side.")

_log = structlog.get_logger(__name__)

JobHandler = Callable[[JobContext], Awaitable[None]]


def handlers(resources: JobResources, kinds: Mapping[str, JobHandler]) -> dict[str, Handler]:
    """The worker's handlers for these kinds of jobs."""
    return {kind: JobRunner(resources, handler).run for kind, handler in kinds.items()}


class JobRunner:
    """A handler completes its job itself; raising a coded error fails the job, anything else is tried again."""

    def __init__(self, resources: JobResources, handler: JobHandler) -> None:
        self._resources = resources
        self._handler = handler

    async def run(self, ticket: Ticket) -> None:
        context = await self._begin(ticket)
        if context is None:
            return
        if context.attempt > MOST_ATTEMPTS:
            await self._fail(context, INTERNAL)
            return
        try:
            await self._handler(context)
        except service.JobHasEnded:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the job must not be lost
            await self._broke(context, error)

    async def _begin(self, ticket: Ticket) -> JobContext | None:
        async with self._organisation(ticket) as uow:
            context = await service.mark_running(uow, self._resources, ticket.job_id)
            await uow.commit()
        return context

    async def _broke(self, context: JobContext, error: Exception) -> None:
        if isinstance(error, HealthPartnerError) and error.status < SERVER_ERROR:
            await self._fail(context, JobFailure(error.code, error.message))
            return
        _log.warning("job_attempt_failed", job_id=str(context.job_id), attempt=context.attempt, exc_info=error)
        if is_database_away(error):
            await self._note(context, lambda uow: store.forgive(uow, context.job_id))
        elif context.attempt >= MOST_ATTEMPTS:
            await self._fail(context, INTERNAL)
            return
        raise TryAgain(timedelta(seconds=FIRST_DELAY_SECONDS * 2 ** (context.attempt - 1))) from None

    async def _fail(self, context: JobContext, failure: JobFailure) -> None:
        await self._note(context, lambda uow: service.fail(uow, context.job_id, failure))

    async def _note(self, context: JobContext, write: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        """However long the database is away."""
        while True:
            try:
                async with self._organisation(context) as uow:
                    await write(uow)
                    await uow.commit()
            except AWAY as error:
                if not is_database_away(error):
                    raise
                await asyncio.sleep(1)
            else:
                return

    def _organisation(self, job: Ticket | JobContext) -> UnitOfWork:
        """Not the member's scope: a job may end after its member is gone."""
        return UnitOfWork(self._resources.database.tenants, self._resources.clock, job.org_id)


def is_database_away(error: BaseException) -> bool:
    """The driver's complaints about values are interface errors too."""
    return isinstance(error, AWAY) and not isinstance(error, ValueError)

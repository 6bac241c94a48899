"""Starting jobs, reading them, and noting how they go."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from healthpartner.core.errors import Conflict, NotFound
from healthpartner.core.jobs.queue import enqueue
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs import store
from healthpartner.domains.async_jobs.schemas import Job, JobAccepted, JobContext, JobFailure, JobResources

LOST_AFTER = timedelta(minutes=5)


class JobHasEnded(Conflict):
    """The job has ended already."""


async def start(uow: UnitOfWork, kind: str, given: dict[str, Any], user_id: UUID | None = None) -> JobAccepted:
    """A job that begins after the commit: for `user_id`, else the unit of work's member, else the organisation."""
    job_id = uow.new_id()
    await store.insert(uow, job_id, kind, given, user_id or uow.user_id)
    await enqueue(uow, kind, job_id)
    return JobAccepted(job_id)


async def read(uow: UnitOfWork, job_id: UUID) -> Job:
    row = await store.select(uow, job_id)
    if row is None:
        raise NotFound
    return Job(row["job_id"], row["status"], row["progress"] or UNSET, row["result"] or UNSET)


async def mark_running(uow: UnitOfWork, resources: JobResources, job_id: UUID) -> JobContext | None:
    """The next attempt at a job; None when it is gone or has ended."""
    row = await store.begin(uow, job_id)
    if row is None:
        return None
    return JobContext(
        resources, uow.org_id, row["user_id"], job_id, row["input"], row["attempts"], row["progress"] or {}
    )


async def report_progress(uow: UnitOfWork, job_id: UUID, progress: Struct) -> None:
    """In the transaction of the data that it counts, so that the next attempt can go on from it."""
    await store.set_progress(uow, job_id, msgspec.to_builtins(progress))


async def complete(uow: UnitOfWork, job_id: UUID, result: Struct) -> None:
    """Raises `JobHasEnded` when another worker was quicker, so that nothing of this attempt is committed twice."""
    if not await store.end(uow, job_id, "completed", msgspec.to_builtins(result)):
        raise JobHasEnded


async def fail(uow: UnitOfWork, job_id: UUID, failure: JobFailure) -> None:
    """A job that is gone or has ended stays as it is."""
    await store.end(uow, job_id, "failed", msgspec.to_builtins(failure))


async def requeue_lost(resources: JobResources) -> int:
    """Gives jobs whose ticket was lost a new one; run it every few minutes."""
    lost = await store.without_ticket(resources.database.system, resources.clock.now() - LOST_AFTER)
    for row in lost:
        async with UnitOfWork(resources.database.tenants, resources.clock, row["org_id"]) as uow:
            await enqueue(uow, row["kind"], row["job_id"])
            await uow.commit()
    return len(lost)

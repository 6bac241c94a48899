"""The jobs' queries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork


async def insert(uow: UnitOfWork, job_id: UUID, kind: str, given: dict[str, Any], user_id: UUID | None) -> None:
    await uow.execute(
        "INSERT INTO job (org_id, job_id, user_id, kind, status, input, created_at, updated_at) "
        "VALUES ($1, $2, $3, $4, 'accepted', $5, $6, $6)",
        uow.org_id,
        job_id,
        user_id,
        kind,
        given,
        uow.now(),
    )


async def select(uow: UnitOfWork, job_id: UUID) -> Any:
    return await uow.read_row(
        "SELECT job_id, status, progress, result FROM job WHERE org_id = $1 AND user_id = $2 AND job_id = $3",
        uow.org_id,
        uow.member_id,
        job_id,
    )


async def begin(uow: UnitOfWork, job_id: UUID) -> Any:
    """The job, now running; None when it is gone or has ended."""
    return await uow.fetchrow(
        "UPDATE job SET status = 'running', attempts = attempts + 1, updated_at = $3 "
        "WHERE org_id = $1 AND job_id = $2 AND status IN ('accepted', 'running') "
        "RETURNING user_id, input, attempts, progress",
        uow.org_id,
        job_id,
        uow.now(),
    )


async def set_progress(uow: UnitOfWork, job_id: UUID, progress: dict[str, Any]) -> None:
    await uow.execute(
        "UPDATE job SET progress = $3, updated_at = $4 WHERE org_id = $1 AND job_id = $2 AND status = 'running'",
        uow.org_id,
        job_id,
        progress,
        uow.now(),
    )


async def end(uow: UnitOfWork, job_id: UUID, status: str, result: dict[str, Any]) -> bool:
    """False when the job is gone or has ended before."""
    ended = await uow.fetchval(
        "UPDATE job SET status = $3, result = $4, updated_at = $5 "
        "WHERE org_id = $1 AND job_id = $2 AND status IN ('accepted', 'running') RETURNING true",
        uow.org_id,
        job_id,
        status,
        result,
        uow.now(),
    )
    return bool(ended)


async def forgive(uow: UnitOfWork, job_id: UUID) -> None:
    """Takes back the attempt that was counted at its beginning."""
    await uow.execute(
        "UPDATE job SET attempts = greatest(attempts - 1, 0) WHERE org_id = $1 AND job_id = $2", uow.org_id, job_id
    )


async def without_ticket(system: Any, before: datetime) -> list[Any]:
    """Unfinished jobs, untouched since `before`, that no ticket in the queue stands for."""
    rows: list[Any] = await system.fetch(
        "SELECT org_id, job_id, kind FROM job WHERE status IN ('accepted', 'running') AND updated_at < $1 "
        "AND NOT EXISTS (SELECT FROM pgqueuer WHERE dedupe_key = job_id::text AND pgqueuer.status <> 'failed') LIMIT 1000",
        before,
    )
    return rows

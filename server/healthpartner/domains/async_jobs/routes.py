"""HTTP operations on jobs."""

from uuid import UUID

from healthpartner.core.errors import NotFound
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs import service
from healthpartner.domains.async_jobs.schemas import Job

GROUP = "Async jobs"


@endpoint(
    "GET /v1/users/{user_id:uuid}/jobs/{job_id:uuid}",
    "get_job",
    group=GROUP,
    auth="member",
    summary="Poll an async job",
    errors=(NotFound,),
)
async def get_job(job_id: UUID, uow: UnitOfWork) -> Data[Job]:
    """`progress` while it runs, where the job reports any; `result` at its end: of a failed job `{error, reason}`."""
    return Data(await service.read(uow, job_id))


ROUTES = [get_job]

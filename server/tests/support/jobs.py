"""Running jobs in tests: one by one from the request that started them, or by a worker on a database of its own."""

from collections.abc import Mapping
from uuid import UUID

from healthpartner.core.clock import Clock
from healthpartner.core.jobs.queue import Ticket
from healthpartner.domains.async_jobs.running import JobHandler, handlers
from healthpartner.domains.async_jobs.schemas import JobResources
from healthpartner.domains.ingestion.jobs import JOBS
from tests.support.api import Api


def resources_of(api: Api, clock: Clock | None = None) -> JobResources:
    platform = api.platform
    return JobResources(platform.database, clock or platform.clock, platform.keyring, platform.files, platform.settings)


async def run_job(api: Api, org_id: UUID, job_id: UUID | str, kinds: Mapping[str, JobHandler] = JOBS) -> None:
    """One attempt, as a worker makes it, without the queue that all tests share. Raises TryAgain."""
    async with api.platform.database.system.acquire() as connection:
        kind = await connection.fetchval("SELECT kind FROM job WHERE job_id = $1", UUID(str(job_id)))
    await handlers(resources_of(api), kinds)[kind](Ticket(org_id, UUID(str(job_id))))

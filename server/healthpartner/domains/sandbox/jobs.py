"""The job that gives a synthetic member their past."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from healthpartner.domains.async_jobs import service as async_jobs
from healthpartner.domains.async_jobs.schemas import JobContext
from healthpartner.domains.ingestion.events import BackfillCompleted
from healthpartner.domains.sandbox import service
from healthpartner.domains.sandbox.schemas import LifeInput
from healthpartner.events import outbox

PROVIDER = "apple_health_kit"


async def live_synthetic_member(context: JobContext) -> None:
    async with context.uow() as uow:
        result = await service.give_past(uow, msgspec.convert(context.input, LifeInput))
        await async_jobs.complete(uow, context.job_id, result)
        completed = BackfillCompleted(
            PROVIDER, context.job_id, result.samples, result.samples, result.first_day, result.last_day
        )
        await outbox.record(uow, completed, uow.member_id)
        await uow.commit()


JOBS: Mapping[str, Callable[[JobContext], Awaitable[None]]] = {service.LIFE_JOB: live_synthetic_member}

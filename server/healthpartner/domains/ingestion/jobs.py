"""The job that imports one uploaded export: read in a thread, stored in pieces, announced once."""

from contextlib import aclosing
from pathlib import Path

import msgspec

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs import service as async_jobs
from healthpartner.domains.async_jobs.schemas import JobContext, JobFailure
from healthpartner.domains.ingestion.events import BackfillCompleted
from healthpartner.domains.ingestion.formats import Format, format_of
from healthpartner.domains.ingestion.reading import groups_of
from healthpartner.domains.ingestion.schemas import ImportInput, ImportProgress, ImportResult
from healthpartner.domains.ingestion.service import IMPORT_JOB
from healthpartner.domains.ingestion.tally import Tally
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.uploads import service as uploads
from healthpartner.events import outbox
from healthpartner.providers.contract import ImportRefused, ImportReport, Progress, SampleChunk


async def import_health_export(context: JobContext) -> None:
    """Merging is idempotent, so an attempt after a crash starts from the beginning of the file."""
    given = msgspec.convert(context.input, ImportInput)
    run = ImportRun(context, given)
    try:
        async with context.resources.files.local_copy(given.key) as path:
            await run.read(path)
    except ImportRefused as refused:
        await run.refuse(refused)
    await context.resources.files.delete(given.key)


class ImportRun:
    """One attempt."""

    def __init__(self, context: JobContext, given: ImportInput) -> None:
        self._context = context
        self._given = given
        self._tally = Tally(msgspec.convert(context.progress, ImportProgress))
        self._read = Progress(0, 0, 0)

    async def read(self, path: Path) -> None:
        kind = format_of(path, self._given.format)
        reader = kind.open(path, on_progress=self._note)
        async with groups_of(reader) as groups, aclosing(groups):
            async for group in groups:
                await self._store(group)
        await self._complete(kind, reader.report)

    async def refuse(self, refused: ImportRefused) -> None:
        """What was stored before the refusal stays."""
        async with self._context.uow() as uow:
            await async_jobs.fail(uow, self._context.job_id, JobFailure(refused.reason, refused.message))
            await uploads.consume(uow, self._given.upload_id)
            await uow.commit()

    def _note(self, progress: Progress) -> None:
        """Called in the reader's thread; replacing a reference is safe there."""
        self._read = progress

    async def _store(self, group: list[SampleChunk]) -> None:
        async with self._context.uow() as uow:
            for chunk in group:
                self._tally.add(chunk.batch, await samples.store(uow, chunk.source, chunk.batch))
            await async_jobs.report_progress(uow, self._context.job_id, self._tally.progress(self._read))
            await uow.commit()

    async def _complete(self, kind: Format, report: ImportReport) -> None:
        result = self._tally.result(kind.name, report)
        async with self._context.uow() as uow:
            await async_jobs.complete(uow, self._context.job_id, result)
            await uploads.consume(uow, self._given.upload_id)
            await audit.record(uow, "import.completed", "job", self._context.job_id, user_id=uow.member_id)
            await self._announce(uow, kind, result)
            await uow.commit()

    async def _announce(self, uow: UnitOfWork, kind: Format, result: ImportResult) -> None:
        completed = BackfillCompleted(
            kind.provider,
            self._context.job_id,
            result.records_read,
            result.samples_added,
            result.first_at.date() if result.first_at else None,
            result.last_at.date() if result.last_at else None,
        )
        await outbox.record(uow, completed, uow.member_id)
        if self._tally.changed:
            updated = DailyDataUpdated(self._tally.metrics, self._tally.days, kind.provider, self._tally.added)
            await outbox.record(uow, updated, uow.member_id)


JOBS = {IMPORT_JOB: import_health_export}

"""The job that imports one uploaded export: read in a process of its own, stored in pieces, announced once."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from typing import TypeVar

import msgspec

from healthpartner.canonical.instants import day_of
from healthpartner.canonical.samples import DAY_MS
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs import service as async_jobs
from healthpartner.domains.async_jobs.schemas import JobContext, JobFailure
from healthpartner.domains.ingestion.events import BackfillCompleted
from healthpartner.domains.ingestion.formats import Format, format_named
from healthpartner.domains.ingestion.reading import ReaderDied, reading
from healthpartner.domains.ingestion.schemas import ImportInput, ImportProgress, ImportResult
from healthpartner.domains.ingestion.service import IMPORT_JOB
from healthpartner.domains.ingestion.tally import Tally
from healthpartner.domains.ingestion.wire import Ended, Frame, Group, Refused, to_chunk, to_progress, to_report
from healthpartner.domains.metrics.activity import service as activity
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.sleep import service as sleep
from healthpartner.domains.metrics.workouts import service as workouts
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.uploads import service as uploads
from healthpartner.events import outbox
from healthpartner.providers.contract import (
    Chunk,
    DailyTotalChunk,
    ImportRefused,
    ImportReport,
    SampleChunk,
    SleepChunk,
    WorkoutChunk,
)

T = TypeVar("T")


async def import_health_export(context: JobContext) -> None:
    """Merging is idempotent, so an attempt after a crash starts from the beginning of the file."""
    given = msgspec.convert(context.input, ImportInput)
    run = ImportRun(context, given)
    try:
        async with reading(given.format) as reader, context.resources.files.local_copy(given.key) as path:
            await run.take(reader.frames(path))
    except ImportRefused as refused:
        await run.refuse(refused)
    await context.resources.files.delete(given.key)


class ImportRun:
    """One attempt."""

    def __init__(self, context: JobContext, given: ImportInput) -> None:
        self._context = context
        self._given = given
        self._tally = Tally(msgspec.convert(context.progress, ImportProgress))

    async def take(self, frames: AsyncGenerator[Frame, None]) -> None:
        """Stores what the reader says; raises ImportRefused, and ReaderDied when it never comes to an end."""
        async with aclosing(frames):
            async for frame in frames:
                if isinstance(frame, Refused):
                    raise ImportRefused(frame.reason, frame.message)
                if isinstance(frame, Ended):
                    await self._complete(format_named(frame.format), to_report(frame))
                    return
                await self._store(frame)
        raise ReaderDied

    async def refuse(self, refused: ImportRefused) -> None:
        """What was stored before the refusal stays."""
        async with self._context.uow() as uow:
            await async_jobs.fail(uow, self._context.job_id, JobFailure(refused.reason, refused.message))
            await uploads.consume(uow, self._given.upload_id)
            await uow.commit()

    async def _store(self, group: Group) -> None:
        async with self._context.uow() as uow:
            chunks = list(map(to_chunk, group.parts))
            await self._store_samples(uow, [chunk for chunk in chunks if isinstance(chunk, SampleChunk)])
            for chunk in chunks:
                await self._store_chunk(uow, await self._kept_for_long(uow, chunk))
            await async_jobs.report_progress(uow, self._context.job_id, self._tally.progress(to_progress(group)))
            await uow.commit()

    async def _store_samples(self, uow: UnitOfWork, chunks: list[SampleChunk]) -> None:
        """All of a group together, so that each day's figure is counted once."""
        results = await samples.store_many(uow, [(chunk.source, chunk.batch) for chunk in chunks])
        for chunk, result in zip(chunks, results, strict=True):
            self._tally.add(chunk.batch, result)

    async def _kept_for_long(self, uow: UnitOfWork, chunk: Chunk) -> Chunk:
        """Without what is older than what the organization keeps. The member is locked by what stores."""
        match chunk:
            case SleepChunk(source, sessions):
                gone = await samples.gone(uow, {at: each.end_ms for at, each in enumerate(sessions)})
                kept: Chunk = SleepChunk(source, _without(sessions, gone))
            case WorkoutChunk(source, found):
                gone = await samples.gone(uow, {at: each.end_ms for at, each in enumerate(found)})
                kept = WorkoutChunk(source, _without(found, gone))
            case DailyTotalChunk(source, totals):
                gone = await samples.gone(uow, {at: day_of(each.day) * DAY_MS for at, each in enumerate(totals)})
                kept = DailyTotalChunk(source, _without(totals, gone))
            case _:
                return chunk
        self._tally.refuse(len(gone))
        return kept

    async def _store_chunk(self, uow: UnitOfWork, chunk: Chunk) -> None:
        match chunk:
            case SleepChunk(source, sessions):
                self._tally.add_sleep(await sleep.store(uow, source, sessions))
            case WorkoutChunk(source, found):
                self._tally.add_workouts(await workouts.store(uow, source, found))
            case DailyTotalChunk(source, totals):
                self._tally.add_totals(totals, await activity.put(uow, source, totals))

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


def _without(items: Sequence[T], gone: Collection[int]) -> list[T]:
    return [each for at, each in enumerate(items) if at not in gone]


JOBS = {IMPORT_JOB: import_health_export}

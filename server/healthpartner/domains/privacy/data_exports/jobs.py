"""The job that writes one export into the file store, and says that it is there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs import service as async_jobs
from healthpartner.domains.async_jobs.schemas import JobContext
from healthpartner.domains.downloads import service as downloads
from healthpartner.domains.privacy.data_exports import store
from healthpartner.domains.privacy.data_exports.archive import Archive
from healthpartner.domains.privacy.data_exports.schemas import ExportInput, ExportResult, Section
from healthpartner.domains.privacy.data_exports.service import EXPORT_JOB, LIFETIME, file_key
from healthpartner.domains.privacy.events import DataExportReady
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.events import outbox
from healthpartner.gateways.files.contract import StoredFile

LARGEST_BYTES = 64 * 1024**3


def jobs(sections: Sequence[Section]) -> Mapping[str, Callable[[JobContext], Awaitable[None]]]:
    async def export_member_data(context: JobContext) -> None:
        await Export(context, sections).run()

    return {EXPORT_JOB: export_member_data}


class Export:
    """One attempt; one after a crash writes the file anew."""

    def __init__(self, context: JobContext, sections: Sequence[Section]) -> None:
        self._context, self._sections = context, sections

    async def run(self) -> None:
        context, files = self._context, self._context.resources.files
        async with context.uow() as uow:
            key = file_key(uow.org_id, uow.member_id, context.job_id)
            archive = Archive(uow, files, self._sections)
            stored = await files.put(key, archive.blocks(), content_type="application/zip", maximum_bytes=LARGEST_BYTES)
            try:
                await self._complete(uow, stored, archive)
                await uow.commit()
            except BaseException:
                # The member may have been erased meanwhile; nothing of theirs may stay.
                await files.delete(key)
                raise

    async def _complete(self, uow: UnitOfWork, stored: StoredFile, archive: Archive) -> None:
        context, resources = self._context, self._context.resources
        base_url = msgspec.convert(context.input, ExportInput).base_url
        expires_at = uow.now() + LIFETIME
        url = await downloads.address(
            uow, resources.files, resources.keyring, base_url, stored.key, "health-data.zip", expires_at
        )
        result = ExportResult(url, expires_at, stored.size, dict(sorted(archive.records.items())))
        await store.insert(uow, context.job_id, stored.size, expires_at)
        await store.expire_others(uow, context.job_id)
        await async_jobs.complete(uow, context.job_id, result)
        await audit.record(uow, "data_export.completed", "job", context.job_id, user_id=uow.member_id)
        await outbox.record(uow, DataExportReady(context.job_id, stored.size, expires_at), uow.member_id)

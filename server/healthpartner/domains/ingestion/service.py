"""Starting imports."""

from typing import get_args

import msgspec

from healthpartner.core.errors import UnsupportedMediaType
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs import service as async_jobs
from healthpartner.domains.async_jobs.schemas import JobAccepted
from healthpartner.domains.ingestion.schemas import ImportExport, ImportInput
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.uploads import service as uploads
from healthpartner.domains.uploads.schemas import ImportType
from healthpartner.gateways.files.contract import FileStore

IMPORT_JOB = "import_health_export"


async def start_import(uow: UnitOfWork, files: FileStore, wanted: ImportExport) -> JobAccepted:
    """A job that imports an uploaded export of this member; refused when the upload is a document."""
    upload = await uploads.claim(uow, files, wanted.file_url)
    if upload.content_type not in get_args(ImportType):
        raise UnsupportedMediaType("Upload an export as application/zip, application/xml or application/octet-stream.")
    given = ImportInput(upload.upload_id, upload.key, wanted.format)
    accepted = await async_jobs.start(uow, IMPORT_JOB, msgspec.to_builtins(given))
    await audit.record(uow, "import.started", "job", accepted.job_id, user_id=uow.member_id)
    return accepted

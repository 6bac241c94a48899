"""Starting data exports, and removing those that have expired."""

from datetime import timedelta
from uuid import UUID

import msgspec

from healthpartner.core.clock import Clock
from healthpartner.core.db.pool import Database
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs import service as async_jobs
from healthpartner.domains.async_jobs.schemas import JobAccepted
from healthpartner.domains.privacy.data_exports import store
from healthpartner.domains.privacy.data_exports.schemas import ExportInput
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.gateways.files.contract import FileStore

EXPORT_JOB = "export_member_data"
LIFETIME = timedelta(hours=24)


def file_key(org_id: UUID, user_id: UUID, export_id: UUID) -> str:
    """Below the member's own folder, so that an erasure removes it too."""
    return f"{org_id}/{user_id}/export-{export_id}"


async def start(uow: UnitOfWork, base_url: str) -> JobAccepted:
    accepted = await async_jobs.start(uow, EXPORT_JOB, msgspec.to_builtins(ExportInput(base_url)))
    await audit.record(uow, "data_export.started", "job", accepted.job_id, user_id=uow.member_id)
    return accepted


async def sweep(database: Database, files: FileStore, clock: Clock) -> int:
    """Removes what has expired; answers how many."""
    expired = await store.select_expired(database.system, clock.now())
    for row in expired:
        await files.delete(file_key(row["org_id"], row["user_id"], row["export_id"]))
        await store.delete(database.system, row["org_id"], row["export_id"])
    return len(expired)

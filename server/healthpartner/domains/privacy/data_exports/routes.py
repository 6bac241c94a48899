"""HTTP operations on data exports."""

from typing import Any

from litestar import Request

from healthpartner.core.config import Settings
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs.schemas import JobAccepted
from healthpartner.domains.privacy.data_exports import service

GROUP = "Privacy settings"


@endpoint(
    "POST /v1/users/{user_id:uuid}/data-exports",
    "create_data_export",
    group=GROUP,
    auth="member",
    success=202,
    summary="Export everything held about the member as a ZIP (NDJSON + FHIR R4 bundle)",
)
async def create_data_export(uow: UnitOfWork, settings: Settings, request: Request[Any, Any, Any]) -> Data[JobAccepted]:
    """Poll the job: its result holds `download_url`, `expires_at`, `size_bytes` and the number of records by file.

    `data_export.ready` says when it is done. The file is kept for 24 hours, or until the next export replaces it.
    """
    return Data(await service.start(uow, settings.http.public_url or str(request.base_url)))


ROUTES = [create_data_export]

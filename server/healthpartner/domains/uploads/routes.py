"""HTTP operations on uploads."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from litestar import Request
from litestar.exceptions import InternalServerException
from litestar.params import QueryParameter

from healthpartner.core.clock import Clock
from healthpartner.core.config import Settings
from healthpartner.core.db.pool import Database
from healthpartner.core.errors import InvalidRequest, NotFound, PayloadTooLarge, UnsupportedMediaType
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.uploads import rules, service
from healthpartner.domains.uploads.receiving import AlreadyUploaded, Receiver
from healthpartner.domains.uploads.schemas import CreateUpload, UploadCreated, UploadStored
from healthpartner.gateways.files.contract import FileStore

GROUP = "Uploads"


@endpoint(
    "POST /v1/uploads",
    "create_upload",
    group=GROUP,
    auth="tenant_or_member",
    success=201,
    summary="One-time upload URL (15 min; 20 MB; pdf/jpeg/png/webp)",
)
async def create_upload(
    data: CreateUpload, uow: UnitOfWork, files: FileStore, settings: Settings, request: Request[Any, Any, Any]
) -> Data[UploadCreated]:
    """PUT the bytes to `upload_url`, then name the file by its `file_url`, which is an identifier and not an address.

    With a member's token the file is that member's; with a tenant key any member of the tenant may name it.
    Exports of health apps (zip, xml or octet-stream) may be larger than documents.
    """
    return Data(await service.create(uow, files, settings, _base_url(settings, request), data))


@endpoint(
    "PUT /v1/uploads/{upload_id:uuid}/content",
    "put_upload_content",
    group=GROUP,
    auth="signed_url",
    success=201,
    summary="Where the embedded file store receives the bytes (object stores use their own signed URL)",
    errors=(NotFound, AlreadyUploaded, PayloadTooLarge, UnsupportedMediaType),
    idempotent=False,
    body_limit=0,
)
async def put_upload_content(
    upload_id: UUID,
    database: Database,
    clock: Clock,
    files: FileStore,
    settings: Settings,
    request: Request[Any, Any, Any],
    token: Annotated[str, QueryParameter(max_length=100, description="From the `upload_url`.")] = "",
) -> Data[UploadStored]:
    """The body is the file itself. It must be what was declared; a refused or broken upload may be repeated in time."""
    receiver = Receiver(database, clock, files)
    size = await receiver.receive(upload_id, token, request.content_length, _body(request))
    return Data(UploadStored(rules.content_url(_base_url(settings, request), upload_id), size))


def _base_url(settings: Settings, request: Request[Any, Any, Any]) -> str:
    return settings.http.public_url or str(request.base_url)


async def _body(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException:
        raise InvalidRequest("The upload broke off.") from None


ROUTES = [create_upload, put_upload_content]

"""HTTP operations on downloads."""

from typing import Annotated

from litestar.params import PathParameter

from healthpartner.core.clock import Clock
from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import NotFound
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import File
from healthpartner.domains.downloads import service
from healthpartner.gateways.files.contract import FileStore

GROUP = "Uploads"


@endpoint(
    "GET /v1/downloads/{download_token:str}",
    "get_download",
    group=GROUP,
    auth="signed_url",
    summary="Where the embedded file store hands a file out (object stores use their own signed URL)",
    errors=(NotFound,),
)
async def get_download(
    download_token: Annotated[str, PathParameter(max_length=1000)], keyring: Keyring, files: FileStore, clock: Clock
) -> File:
    """The address comes from the operation that offers the file, and is the only credential needed."""
    file = service.unsealed(keyring, download_token, clock)
    return File(file.filename, await files.size(file.key), files.open(file.key))


ROUTES = [get_download]

"""Answers as bytes: what is sent, and what an idempotency record keeps."""

from typing import Any

import msgspec
from litestar import Response
from litestar.types import Receive, Scope, Send
from msgspec import Struct

from healthpartner.core.errors import Detail, HealthPartnerError
from healthpartner.core.http.envelopes import File

FILE_TYPE = "application/octet-stream"
BODILESS = frozenset({204, 304})


class Encoded(Struct, frozen=True):
    status: int
    body: bytes
    headers: dict[str, str]

    def response(self) -> Response[bytes]:
        return EncodedResponse(self)


class EncodedResponse(Response[bytes]):
    """Sends what is bytes already; the framework's own rendering costs as much as the rest of a short request."""

    def __init__(self, encoded: Encoded) -> None:
        # Nothing of the base is used: to the framework this is a response, and what it sends is `_send`.
        self._encoded = encoded

    def to_asgi_response(self, *_given: Any, **_more: Any) -> Any:
        return self._send

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI wants it
        answer = self._encoded
        headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
        if answer.body:
            headers.append((b"content-type", b"application/json"))
        if answer.status not in BODILESS:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})


class FileResponse(Response[bytes]):
    """Sends a file as it is read. Once begun, a failure can only break the answer off."""

    def __init__(self, file: File) -> None:
        # As above: what is sent is `_send`.
        self._file = file

    def to_asgi_response(self, *_given: Any, **_more: Any) -> Any:
        return self._send

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI wants it
        file = self._file
        headers = [
            (b"content-type", FILE_TYPE.encode()),
            (b"content-length", str(file.size).encode()),
            (b"content-disposition", f'attachment; filename="{file.filename}"'.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for block in file.blocks:
            await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class ErrorBody(Struct, frozen=True):
    code: str
    message: str
    details: list[Detail]
    request_id: str


class ErrorEnvelope(Struct, frozen=True):
    """The one shape of every error."""

    error: ErrorBody


def encoded_error(error: HealthPartnerError, request_id: str) -> Encoded:
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    if error.status == 401:  # noqa: PLR2004 - Unauthorized
        headers["www-authenticate"] = 'Bearer realm="healthpartner"'
    envelope = ErrorEnvelope(ErrorBody(error.code, error.message, list(error.details), request_id))
    return Encoded(error.status, msgspec.json.encode(envelope), headers)

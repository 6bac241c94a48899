"""Answers as bytes: what is sent, and what an idempotency record keeps."""

import msgspec
from litestar import Response
from litestar.enums import MediaType
from msgspec import Struct

from healthpartner.core.errors import Detail, HealthPartnerError


class Encoded(Struct, frozen=True):
    status: int
    body: bytes
    headers: dict[str, str]

    def response(self) -> Response[bytes]:
        return Response(
            self.body,
            status_code=self.status,
            headers=self.headers,
            media_type=MediaType.JSON if self.body else None,
        )


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

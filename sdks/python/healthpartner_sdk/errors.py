"""What can go wrong: the API refused, or it could not be reached."""

from typing import Any

import msgspec
from msgspec import Struct


class HealthPartnerError(Exception):
    """Anything that this package raises by itself."""


class Detail(Struct, frozen=True):
    """One thing that is wrong with a request."""

    field: str
    code: str
    message: str


class ApiError(HealthPartnerError):
    """The API refused. `code` is stable; give `request_id` to whoever runs the API."""

    def __init__(
        self, status: int, code: str, message: str, details: tuple[Detail, ...] = (), request_id: str | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.request_id = request_id


class Unauthorized(ApiError):
    """The credential is missing, wrong or expired."""


class Forbidden(ApiError):
    """The credential does not allow this."""


class NotFound(ApiError):
    """There is no such thing, or it is somebody else's."""


class Conflict(ApiError):
    """It collides with what is there."""


class ValidationFailed(ApiError):
    """The request is not valid; `details` name each field."""


class RateLimited(ApiError):
    """Too many requests, also after waiting as long as the API said."""


class ServerFailed(ApiError):
    """The API failed by itself, also when asked again."""


class ConnectionFailed(HealthPartnerError):
    """The API could not be reached; whether the request arrived is not known."""


class InvalidSignature(HealthPartnerError):
    """A message is not what the platform signed."""


FIRST_SERVER_ERROR = 500
BY_STATUS: dict[int, type[ApiError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: ValidationFailed,
    429: RateLimited,
}


class _Envelope(Struct, frozen=True):
    error: "_Body"


class _Body(Struct, frozen=True):
    code: str
    message: str
    details: tuple[Detail, ...] = ()
    request_id: str | None = None


def error_of(status: int, content: bytes) -> ApiError:
    """The error that an answer tells of; one that did not come from the API has the code `unknown`."""
    kind = BY_STATUS.get(status, ServerFailed if status >= FIRST_SERVER_ERROR else ApiError)
    try:
        told = msgspec.json.decode(content, type=_Envelope).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return kind(status, "unknown", "The answer is not the API's.")
    arguments: tuple[Any, ...] = (told.code, told.message, told.details, told.request_id)
    return kind(status, *arguments)

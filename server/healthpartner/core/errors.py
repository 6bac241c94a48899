"""Errors that carry a stable code.

    HealthPartnerError
    ├── InvalidRequest 400          ├── Conflict 409
    ├── AmbiguousCredentials 400    ├── PayloadTooLarge 413
    ├── Unauthorized 401            ├── UnsupportedMediaType 415
    ├── Forbidden 403               ├── ValidationFailed 422
    ├── NotFound 404                ├── RateLimited 429
    ├── MethodNotAllowed 405        └── InternalError 500, UpstreamFailed 502, ServiceUnavailable 503

A class's docstring is its default message. Domains derive their own from these;
only `web` turns them into HTTP bodies.
"""

from typing import ClassVar

from msgspec import Struct


class Detail(Struct, frozen=True):
    """One thing that is wrong: `field` is a dotted body path, or a query or header name."""

    field: str
    code: str
    message: str


class HealthPartnerError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500

    def __init__(
        self,
        message: str | None = None,
        *,
        details: tuple[Detail, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.details = details
        self.retry_after = retry_after
        super().__init__(self.message)


class InvalidRequest(HealthPartnerError):
    """The request is malformed."""

    code = "invalid_request"
    status = 400


class AmbiguousCredentials(HealthPartnerError):
    """Send either a tenant API key or a member token, not both."""

    code = "ambiguous_credentials"
    status = 400


class Unauthorized(HealthPartnerError):
    """The credential is missing, invalid or expired."""

    code = "unauthorized"
    status = 401


class Forbidden(HealthPartnerError):
    """The credential does not allow this."""

    code = "forbidden"
    status = 403


class NotFound(HealthPartnerError):
    """There is no such resource."""

    code = "not_found"
    status = 404


class MethodNotAllowed(HealthPartnerError):
    """The method is not allowed for this path."""

    code = "method_not_allowed"
    status = 405


class Conflict(HealthPartnerError):
    """The resource already exists or its state forbids this."""

    code = "conflict"
    status = 409


class PayloadTooLarge(HealthPartnerError):
    """The request body is too large."""

    code = "payload_too_large"
    status = 413


class UnsupportedMediaType(HealthPartnerError):
    """The content type is not supported."""

    code = "unsupported_media_type"
    status = 415


class ValidationFailed(HealthPartnerError):
    """Some fields are not valid."""

    code = "validation_error"
    status = 422


class ImmutableField(HealthPartnerError):
    """The request tries to change a field that cannot change."""

    code = "immutable_field"
    status = 422


class RateLimited(HealthPartnerError):
    """Too many requests."""

    code = "rate_limited"
    status = 429


class InternalError(HealthPartnerError):
    """Something went wrong on our side."""

    code = "internal_error"
    status = 500


class UpstreamFailed(HealthPartnerError):
    """A service that this request depends on failed."""

    code = "upstream_error"
    status = 502


class ServiceUnavailable(HealthPartnerError):
    """The service is not available at the moment."""

    code = "service_unavailable"
    status = 503


def invalid(field: str, code: str, message: str) -> ValidationFailed:
    """The common case: one field, one reason."""
    return ValidationFailed(details=(Detail(field, code, message),))

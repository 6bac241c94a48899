"""Every failure, ours or the framework's, as the one envelope."""

import re
from typing import Any

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from healthpartner.core.errors import (
    Detail,
    HealthPartnerError,
    InternalError,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    ServiceUnavailable,
    UnsupportedMediaType,
    ValidationFailed,
)
from healthpartner.web.answers import encoded_error
from healthpartner.web.validation import explained

log = structlog.get_logger(__name__)

CLIENT_ERROR, SERVER_ERROR, UNSUPPORTED = 400, 500, 415
DATABASE_IS_AWAY = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError, TimeoutError)
TOO_MANY_CONNECTIONS = (asyncpg.TooManyConnectionsError, asyncpg.CannotConnectNowError, asyncpg.QueryCanceledError)

# U+0000 is text to JSON and not to PostgreSQL.
UNSTORABLE = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)


def respond(request: Request[Any, Any, Any], exception: Exception) -> Response[bytes]:
    error = translated(exception)
    if error.status >= SERVER_ERROR:
        log.error("request_failed", error=type(exception).__name__, code=error.code, exc_info=exception)
    edge = request.scope["state"]["edge"]
    answer = encoded_error(error, edge.request_id)
    if isinstance(exception, MethodNotAllowedException):
        answer.headers["allow"] = ", ".join(sorted(_allowed(request)))
    return answer.response()


def translated(exception: Exception) -> HealthPartnerError:
    """The coded error that tells a caller what happened, and nothing about our insides."""
    if isinstance(exception, HealthPartnerError):
        return exception
    if isinstance(exception, ValidationException):
        return ValidationFailed(details=_query_details(exception))
    if isinstance(exception, HTTPException):
        return _framework_error(exception)
    return _database_error(exception)


def _database_error(exception: Exception) -> HealthPartnerError:
    if isinstance(exception, UNSTORABLE):
        return ValidationFailed("The request holds a character that cannot be stored.")
    if isinstance(exception, asyncpg.InterfaceError) and isinstance(exception, ValueError):
        # A value that does not fit its parameter: our own fault, which trying again does not mend.
        return InternalError()
    if isinstance(exception, (*DATABASE_IS_AWAY, *TOO_MANY_CONNECTIONS)):
        return ServiceUnavailable(retry_after=2)
    return InternalError()


def _framework_error(exception: HTTPException) -> HealthPartnerError:
    if isinstance(exception, NotFoundException):
        return NotFound("There is no such resource.")
    if isinstance(exception, MethodNotAllowedException):
        return MethodNotAllowed()
    if isinstance(exception, RequestEntityTooLarge):
        return PayloadTooLarge()
    if exception.status_code == UNSUPPORTED:
        return UnsupportedMediaType()
    if CLIENT_ERROR <= exception.status_code < SERVER_ERROR:
        return InvalidRequest()
    return InternalError()


def _query_details(exception: ValidationException) -> tuple[Detail, ...]:
    extra = exception.extra if isinstance(exception.extra, list) else []
    if not extra and (missing := re.search(r"Missing required query parameter '([^']+)'", exception.detail)):
        return (Detail(missing.group(1), "required", "this parameter is required"),)
    return tuple(explained(str(entry.get("message", "")), str(entry.get("key", ""))) for entry in extra)


def _allowed(request: Request[Any, Any, Any]) -> set[str]:
    """The methods that this path does answer."""
    path = request.scope["path"].rstrip("/")
    found: set[str] = set()
    for route in request.app.routes:
        pattern = "/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in route.path.split("/"))
        if re.fullmatch(pattern, path):
            found |= set(getattr(route, "methods", ()))
    return found - {"OPTIONS"}

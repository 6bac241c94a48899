"""What Azure Queue Storage says when it does not take a message, in the words of the destination contract."""

import aiohttp
from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ServiceRequestTimeoutError,
    ServiceResponseTimeoutError,
)

from healthpartner.destinations.contract import FailureKind, PublishFailed
from healthpartner.destinations.hosts import unreachable

CLIENT_ERRORS = (AzureError, OSError)

# https://learn.microsoft.com/rest/api/storageservices/queue-service-error-codes
_BY_CODE: dict[str, FailureKind] = {
    "MessageTooLarge": "too_large",
    "OperationTimedOut": "server",
    "RequestBodyTooLarge": "too_large",
    "ServerBusy": "throttled",
}
_BY_STATUS: dict[int, FailureKind] = {
    400: "invalid",
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    413: "too_large",
    429: "throttled",
}
_FIRST_SERVER_STATUS = 500


def translate(error: Exception) -> PublishFailed:
    if isinstance(error, HttpResponseError) and error.status_code is not None:
        return _answered(error, error.status_code)
    if isinstance(error, ServiceRequestTimeoutError | ServiceResponseTimeoutError | TimeoutError):
        return PublishFailed("timeout", "Azure did not answer in time")
    cause = getattr(error, "inner_exception", None) or error
    if isinstance(cause, aiohttp.ClientConnectorDNSError):
        return PublishFailed("connection", f"the host name {cause.host} does not resolve: is there such an account?")
    return unreachable(cause if isinstance(cause, OSError) else OSError())


def _answered(error: HttpResponseError, status: int) -> PublishFailed:
    code = str(getattr(getattr(error, "error_code", None), "value", None) or getattr(error, "error_code", ""))
    return PublishFailed(_kind(code, status), f"HTTP {status} {code}: {error.message}")


def _kind(code: str, status: int) -> FailureKind:
    if code in _BY_CODE:
        return _BY_CODE[code]
    if status >= _FIRST_SERVER_STATUS:
        return "server"
    return _BY_STATUS.get(status, "refused")

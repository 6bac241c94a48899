"""Azure Queue Storage's errors in the contract's words."""

import socket
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest
from azure.core.exceptions import (
    HttpResponseError,
    ServiceRequestError,
    ServiceRequestTimeoutError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)

from healthpartner.destinations.azure_storage_queue.faults import translate


def answered(status: int, code: str) -> HttpResponseError:
    error: Any = HttpResponseError("words")
    error.status_code, error.error_code = status, code
    return error  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "InvalidXmlDocument", "invalid"),
        (401, "NoAuthenticationInformation", "unauthorized"),
        (403, "AuthenticationFailed", "unauthorized"),
        (403, "AuthorizationPermissionMismatch", "unauthorized"),
        (404, "QueueNotFound", "not_found"),
        (409, "QueueBeingDeleted", "refused"),
        (400, "MessageTooLarge", "too_large"),
        (413, "RequestBodyTooLarge", "too_large"),
        (429, "", "throttled"),
        (500, "InternalError", "server"),
        (500, "OperationTimedOut", "server"),
        (503, "ServerBusy", "throttled"),
        (302, "", "refused"),
    ],
)
def test_an_answer_is_told_by_its_code_then_its_status(status: int, code: str, kind: str) -> None:
    failure = translate(answered(status, code))

    assert failure.kind == kind
    assert failure.provider_message == f"HTTP {status} {code}: words"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ServiceRequestTimeoutError("late"), "timeout"),
        (ServiceResponseTimeoutError("late"), "timeout"),
        (ServiceRequestError("sas in here"), "connection"),
        (ServiceResponseError("sas in here", error=ConnectionResetError()), "connection"),
        (HttpResponseError("sas in here"), "connection"),
        (OSError("sas in here"), "connection"),
    ],
)
def test_what_is_no_answer_is_told_by_its_type_alone(error: Exception, kind: str) -> None:
    failure = translate(error)

    assert failure.kind == kind
    assert "sas in here" not in failure.provider_message


def test_an_account_without_a_host_name_is_named() -> None:
    cause = aiohttp.ClientConnectorDNSError(Mock(host="nobody.queue.core.windows.net"), socket.gaierror())

    failure = translate(ServiceRequestError("", error=cause))

    assert failure.kind == "connection"
    assert "nobody.queue.core.windows.net does not resolve" in failure.provider_message

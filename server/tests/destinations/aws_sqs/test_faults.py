"""AWS errors in the contract's words."""

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from healthpartner.destinations.aws_sqs.faults import translate

URL = "http://127.0.0.1"


def answered(code: str, status: int, message: str = "words") -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "SendMessage")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("AWS.SimpleQueueService.NonExistentQueue", 400, "not_found"),
        ("QueueDoesNotExist", 400, "not_found"),
        ("AccessDenied", 403, "unauthorized"),
        ("403", 403, "unauthorized"),
        ("InvalidClientTokenId", 403, "unauthorized"),
        ("ExpiredToken", 400, "unauthorized"),
        ("KmsAccessDenied", 400, "unauthorized"),
        ("ThrottlingException", 400, "throttled"),
        ("RequestThrottled", 403, "throttled"),
        ("Unknown", 429, "throttled"),
        ("InvalidMessageContents", 400, "invalid"),
        ("InvalidAddress", 404, "not_found"),
        ("InternalFailure", 500, "server"),
        ("ServiceUnavailable", 503, "server"),
        ("", 0, "invalid"),
    ],
)
def test_an_answer_is_told_by_its_code_then_its_status(code: str, status: int, kind: str) -> None:
    failure = translate(answered(code, status))

    assert failure.kind == kind
    assert failure.provider_message == f"{code}: words"


def test_a_queues_own_size_limit_is_too_large() -> None:
    words = "One or more parameters are invalid. Reason: Message must be shorter than 262144 bytes."

    assert translate(answered("InvalidParameterValue", 400, words)).kind == "too_large"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectTimeoutError(endpoint_url=URL), "timeout"),
        (ReadTimeoutError(endpoint_url=URL), "timeout"),
        (EndpointConnectionError(endpoint_url=URL), "connection"),
        (ConnectionClosedError(endpoint_url=URL), "connection"),
        (ConnectionResetError(), "connection"),
        (NoCredentialsError(), "unauthorized"),
    ],
)
def test_what_is_no_answer_is_told_by_its_type(error: Exception, kind: str) -> None:
    assert translate(error).kind == kind


def test_refused_parameters_are_not_quoted() -> None:
    failure = translate(ParamValidationError(report="MessageBody: the member's diagnosis"))

    assert failure.kind == "invalid"
    assert "diagnosis" not in failure.provider_message

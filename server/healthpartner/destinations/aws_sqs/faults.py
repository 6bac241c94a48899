"""What AWS says when it does not take a message, in the words of the destination contract."""

import aiohttp
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ReadTimeoutError,
)

from healthpartner.destinations.contract import FailureKind, PublishFailed

_BY_CODE: dict[str, FailureKind] = {
    "NonExistentQueue": "not_found",
    "QueueDoesNotExist": "not_found",
    "AccessDenied": "unauthorized",
    "AccessDeniedException": "unauthorized",
    "ExpiredToken": "unauthorized",
    "InvalidAccessKeyId": "unauthorized",
    "InvalidClientTokenId": "unauthorized",
    "InvalidSecurity": "unauthorized",
    "KmsAccessDenied": "unauthorized",
    "MissingAuthenticationToken": "unauthorized",
    "SignatureDoesNotMatch": "unauthorized",
    "UnrecognizedClientException": "unauthorized",
    "KmsThrottled": "throttled",
    "OverLimit": "throttled",
    "RequestLimitExceeded": "throttled",
    "RequestThrottled": "throttled",
    "Throttling": "throttled",
    "ThrottlingException": "throttled",
    "BatchRequestTooLong": "too_large",
}
_BY_STATUS: dict[int, FailureKind] = {
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    413: "too_large",
    429: "throttled",
}
_FIRST_SERVER_STATUS = 500

SDK_ERRORS = (BotoCoreError, ClientError, HTTPClientError, aiohttp.ClientError, OSError)


def translate(error: Exception) -> PublishFailed:
    if isinstance(error, ClientError):
        return _answered(error)
    if isinstance(error, (ConnectTimeoutError, ReadTimeoutError, TimeoutError)):
        return PublishFailed("timeout", "AWS did not answer in time")
    if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        return PublishFailed("unauthorized", "this deployment has no AWS credentials")
    if isinstance(error, ParamValidationError):
        # Its own text quotes the parameters, so the message with them.
        return PublishFailed("invalid", "the SDK does not accept the message or the queue's address")
    return PublishFailed("connection", f"no connection to AWS ({type(error).__name__})")


def _answered(error: ClientError) -> PublishFailed:
    answer = error.response.get("Error", {})
    code, words = str(answer.get("Code", "")), str(answer.get("Message", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return PublishFailed(_kind(code, status, words), f"{code}: {words}")


def _kind(code: str, status: int, words: str) -> FailureKind:
    # Codes come bare, or as AWS.SimpleQueueService.<code>, by protocol and age of the endpoint.
    known = _BY_CODE.get(code.rpartition(".")[2])
    if known is not None:
        return known
    if "must be shorter than" in words:
        return "too_large"
    if status >= _FIRST_SERVER_STATUS:
        return "server"
    return _BY_STATUS.get(status, "invalid")

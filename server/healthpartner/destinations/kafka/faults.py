"""What Kafka says when it does not take a record, in the words of the destination contract."""

import struct

import aiokafka.errors as said  # type: ignore[import-untyped]

from healthpartner.destinations.contract import FailureKind, PublishFailed
from healthpartner.destinations.hosts import unreachable

# A peer that is no Kafka broker ends in the last two.
CLIENT_ERRORS = (said.KafkaError, OSError, EOFError, ValueError, AssertionError, struct.error)

_BY_ERROR: dict[type[Exception], FailureKind] = {
    said.UnknownTopicOrPartitionError: "not_found",
    said.InvalidTopicError: "not_found",
    said.TopicAuthorizationFailedError: "unauthorized",
    said.ClusterAuthorizationFailedError: "unauthorized",
    said.SaslAuthenticationFailed: "unauthorized",
    said.AuthenticationFailedError: "unauthorized",
    said.UnsupportedSaslMechanismError: "unauthorized",
    said.IllegalSaslStateError: "unauthorized",
    said.MessageSizeTooLargeError: "too_large",
    said.RecordListTooLargeError: "too_large",
    said.CorruptRecordException: "invalid",
    said.RequestTimedOutError: "timeout",
}


def translate(error: Exception) -> PublishFailed:
    if isinstance(error, said.KafkaConnectionError):
        cause = error.__cause__
        return unreachable(cause if isinstance(cause, OSError) else ConnectionResetError())
    if isinstance(error, said.KafkaError):
        return PublishFailed(_kind(error), _words(error))
    if isinstance(error, OSError):
        return unreachable(error)
    return PublishFailed("connection", "the server does not speak Kafka")


def refused(error_code: int) -> PublishFailed:
    """The failure of a Kafka error code."""
    return translate(said.for_code(error_code)())


def _kind(error: Exception) -> FailureKind:
    for kind_of_error, kind in _BY_ERROR.items():
        if isinstance(error, kind_of_error):
            return kind
    return "server" if getattr(error, "retriable", False) else "refused"


def _words(error: Exception) -> str:
    described = getattr(error, "description", "") or ""
    told = " ".join(part for part in error.args if isinstance(part, str))
    name, code = getattr(error, "message", type(error).__name__), getattr(error, "errno", "")
    return f"{code} {name}: {told or described}"

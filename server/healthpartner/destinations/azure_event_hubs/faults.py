"""What Event Hubs says when it does not take an event, in the words of the destination contract."""

from azure.eventhub._pyamqp.error import AMQPException, AuthenticationException, TokenAuthFailure
from azure.eventhub.exceptions import EventHubError

from healthpartner.destinations.contract import FailureKind, PublishFailed
from healthpartner.destinations.hosts import unreachable

# What arrives out of order or cut short ends in the last four: the library indexes what it has not checked.
CLIENT_ERRORS = (EventHubError, AMQPException, OSError, ValueError, LookupError, TypeError, AttributeError)

# https://learn.microsoft.com/azure/event-hubs/event-hubs-messaging-exceptions
_BY_CONDITION: dict[str, FailureKind] = {
    "amqp:client-error": "connection",
    "amqp:connection:forced": "connection",
    "amqp:internal-error": "server",
    "amqp:link:detach-forced": "connection",
    "amqp:link:message-size-exceeded": "too_large",
    "amqp:not-found": "not_found",
    "amqp:resource-limit-exceeded": "throttled",
    "amqp:socket-error": "connection",
    "amqp:unauthorized-access": "unauthorized",
    "com.microsoft:auth-failed": "unauthorized",
    "com.microsoft:server-busy": "throttled",
    "com.microsoft:timeout": "server",
}
_NOT_FOUND = 404


def translate(error: Exception) -> PublishFailed:
    cause = _cause(error)
    if isinstance(cause, TokenAuthFailure):
        kind: FailureKind = "not_found" if cause.status_code == _NOT_FOUND else "unauthorized"
        return PublishFailed(kind, f"{cause.status_code}: {_text(cause.status_description)}")
    if isinstance(cause, AMQPException):
        return _told(cause)
    if isinstance(cause, TimeoutError):
        return PublishFailed("timeout", "Azure did not answer in time")
    return unreachable(cause if isinstance(cause, OSError) else ConnectionResetError())


def _cause(error: BaseException) -> BaseException | None:
    """What the library made its own error of, which leaves out condition and words."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, AMQPException | OSError):
        cause = cause.__context__
    return cause


def _told(cause: AMQPException) -> PublishFailed:
    condition = _text(getattr(cause.condition, "value", cause.condition))
    kind = _BY_CONDITION.get(condition, "unauthorized" if isinstance(cause, AuthenticationException) else "refused")
    inner: object = cause.inner_error
    if kind == "connection" and isinstance(inner, OSError):
        return unreachable(inner)
    return PublishFailed(kind, f"{condition}: {_text(cause.description)}")


def _text(said: bytes | str | None) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said or "")

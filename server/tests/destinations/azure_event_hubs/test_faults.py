"""Event Hubs' errors in the contract's words."""

from typing import Any

import pytest
from azure.eventhub._pyamqp.error import (
    AMQPConnectionError,
    AMQPLinkError,
    AuthenticationException,
    ErrorCondition,
    MessageException,
    TokenAuthFailure,
)
from azure.eventhub.exceptions import EventHubError

from healthpartner.destinations.azure_event_hubs.faults import translate


def as_the_library_raises(cause: Exception) -> EventHubError:
    """Its own error, made of the one that says what happened."""
    error = EventHubError("in the library's words")
    error.__context__ = cause
    return error


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        (b"amqp:not-found", "not_found"),
        (b"amqp:unauthorized-access", "unauthorized"),
        (b"amqp:resource-limit-exceeded", "throttled"),
        (b"amqp:link:message-size-exceeded", "too_large"),
        (b"amqp:internal-error", "server"),
        (b"amqp:not-allowed", "refused"),
        (b"com.microsoft:server-busy", "throttled"),
        (b"com.microsoft:timeout", "server"),
        (b"com.microsoft:auth-failed", "unauthorized"),
        (b"com.microsoft:entity-disabled", "refused"),
        (ErrorCondition.LinkDetachForced, "connection"),
    ],
)
def test_an_answer_is_told_by_its_condition(condition: bytes, kind: str) -> None:
    failure = translate(as_the_library_raises(AMQPLinkError(condition, description=b"words")))

    assert failure.kind == kind
    assert failure.provider_message.endswith(": words")


def test_a_refused_event_is_told_in_the_services_words() -> None:
    refused = MessageException(b"com.microsoft:server-busy", description="The server is busy.")

    assert translate(as_the_library_raises(refused)).provider_message == (
        "com.microsoft:server-busy: The server is busy."
    )


@pytest.mark.parametrize(("status", "kind"), [(401, "unauthorized"), (404, "not_found")])
def test_a_refused_token_is_told_by_its_status(status: int, kind: str) -> None:
    refused: Any = TokenAuthFailure

    failure = translate(as_the_library_raises(refused(status, b"words")))

    assert failure.kind == kind
    assert failure.provider_message == f"{status}: words"


def test_other_trouble_with_the_identity_is_unauthorized() -> None:
    assert translate(as_the_library_raises(AuthenticationException(b"x:y"))).kind == "unauthorized"


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (
            AMQPConnectionError(ErrorCondition.SocketError, description="secret", error=ConnectionResetError("secret")),
            "connection",
        ),
        (ConnectionRefusedError("secret"), "connection"),
        (TimeoutError("secret"), "timeout"),
        (IndexError("secret"), "connection"),
    ],
)
def test_what_is_no_answer_is_told_by_its_type_alone(cause: Exception, kind: str) -> None:
    failure = translate(as_the_library_raises(cause))

    assert failure.kind == kind
    assert "secret" not in failure.provider_message

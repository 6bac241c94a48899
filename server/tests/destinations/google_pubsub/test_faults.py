"""Pub/Sub's errors in the contract's words."""

from typing import Any

import grpc
import pytest
from google.api_core import exceptions

from healthpartner.destinations.google_pubsub.faults import translate

said: Any = exceptions


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("UNAUTHENTICATED", "unauthorized"),
        ("PERMISSION_DENIED", "unauthorized"),
        ("NOT_FOUND", "not_found"),
        ("RESOURCE_EXHAUSTED", "throttled"),
        ("INVALID_ARGUMENT", "invalid"),
        ("FAILED_PRECONDITION", "refused"),
        ("DEADLINE_EXCEEDED", "timeout"),
        ("UNAVAILABLE", "connection"),
        ("INTERNAL", "server"),
        ("UNKNOWN", "server"),
        ("ABORTED", "server"),
        ("CANCELLED", "server"),
    ],
)
def test_an_answer_is_told_by_its_status(status: str, kind: str) -> None:
    answered = said.from_grpc_status(grpc.StatusCode[status], "words")

    failure = translate(answered)

    assert failure.kind == kind
    assert failure.provider_message == f"{status}: words"


def test_a_request_over_the_limit_is_too_large() -> None:
    answered = said.from_grpc_status(
        grpc.StatusCode.INVALID_ARGUMENT, "Request payload size exceeds the limit: 10485760 bytes."
    )

    assert translate(answered).kind == "too_large"


def test_an_answer_without_a_status_is_named_by_its_type() -> None:
    assert translate(said.GoogleAPICallError("words")).provider_message == "GoogleAPICallError: words"


def test_what_is_no_answer_is_not_quoted() -> None:
    failure = translate(said.RetryError("the member's diagnosis", None))

    assert failure.kind == "connection"
    assert "diagnosis" not in failure.provider_message

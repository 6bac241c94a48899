"""Kafka's error codes in the words of the destination contract."""

import pytest
from aiokafka.errors import (  # type: ignore[import-untyped]
    KafkaConnectionError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from healthpartner.destinations.kafka.faults import refused, translate


@pytest.mark.parametrize(
    ("error_code", "kind", "words"),
    [
        (3, "not_found", "3 UNKNOWN_TOPIC_OR_PARTITION"),
        (6, "server", "6 NOT_LEADER_FOR_PARTITION"),
        (7, "timeout", "7 REQUEST_TIMED_OUT"),
        (10, "too_large", "10 MESSAGE_SIZE_TOO_LARGE"),
        (17, "not_found", "17 INVALID_TOPIC"),
        (18, "too_large", "18 RECORD_LIST_TOO_LARGE"),
        (19, "server", "19 NOT_ENOUGH_REPLICAS"),
        (29, "unauthorized", "29 TOPIC_AUTHORIZATION_FAILED"),
        (31, "unauthorized", "31 CLUSTER_AUTHORIZATION_FAILED"),
        (44, "refused", "44 POLICY_VIOLATION"),
        (9999, "refused", ""),
    ],
)
def test_an_error_code_is_a_failure_with_its_name(error_code: int, kind: str, words: str) -> None:
    failure = refused(error_code)

    assert failure.kind == kind
    assert failure.provider_message.startswith(words)


def test_the_brokers_own_words_win_over_the_librarys() -> None:
    failure = translate(SaslAuthenticationFailed("no such user"))

    assert failure.provider_message == "58 SASL_AUTHENTICATION_FAILED: no such user"


def test_what_the_library_holds_beside_words_is_left_out() -> None:
    failure = translate(UnsupportedSaslMechanismError(object()))

    assert failure.kind == "unauthorized"
    assert "object" not in failure.provider_message


@pytest.mark.parametrize("error", [KafkaConnectionError("at 10.0.0.1"), ConnectionRefusedError(), ValueError("bytes")])
def test_a_broken_connection_is_told_without_the_librarys_text(error: Exception) -> None:
    failure = translate(error)

    assert failure.kind == "connection"
    assert not any(text in failure.provider_message for text in ("10.0.0.1", "bytes"))

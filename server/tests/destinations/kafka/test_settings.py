"""What a partner may say about a Kafka topic."""

from typing import Any

import msgspec
import pytest
import trustme

from healthpartner.destinations.contract import DestinationContext
from healthpartner.destinations.kafka.publisher import Kafka
from healthpartner.destinations.kafka.settings import KafkaSettings, find_faults
from tests.support.parts.nats_harness import private_context

VALID: dict[str, Any] = {
    "bootstrap_servers": ["kafka.partner.example:9093"],
    "topic": "health-events",
    "sasl_mechanism": "SCRAM-SHA-512",
    "username": "u",
    "password": "hidden",
}
NO_SASL: dict[str, Any] = {"sasl_mechanism": None, "username": None, "password": None}
PRODUCTION = DestinationContext(environment="production", publishing_principal_arn="")


def faulty_fields(context: DestinationContext = PRODUCTION, **changes: Any) -> list[str]:
    settings = msgspec.convert({**VALID, **changes}, KafkaSettings)
    return [fault.field for fault in find_faults(settings, context)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"bootstrap_servers": ["a.example", "B.Example:443", "1.1.1.1:9092", "[2606:4700::1111]:9092"]},
        {"security_protocol": "ssl", **NO_SASL},
        {"sasl_mechanism": "PLAIN", "username": "$ConnectionString", "password": "Endpoint=sb://x/;" + "k" * 300},
        {"ca_certificate": trustme.CA().cert_pem.bytes().decode()},
    ],
)
def test_public_brokers_with_tls_are_taken(changes: dict[str, Any]) -> None:
    assert faulty_fields(**changes) == []


@pytest.mark.parametrize(
    "servers",
    [
        [],
        ["a.example"] * 11,
        [""],
        ["a.example:"],
        ["a.example:port"],
        ["kafka://a.example"],
        ["a.example/x"],
        ["u@a.example"],
        ["a.example:22"],
        ["a.example:65536"],
        ["localhost:9092"],
        ["127.1:9092"],
        ["a.example", "192.168.0.1:9092"],
        ["[fe80::1]:9092"],
    ],
)
def test_servers_that_are_not_public_are_refused_in_production(servers: list[str]) -> None:
    assert faulty_fields(bootstrap_servers=servers) == ["bootstrap_servers"]


@pytest.mark.parametrize("topic", ["", ".", "..", "a b", "a/b", "ä", "x" * 250, "a\n"])
def test_what_is_no_topic_is_refused(topic: str) -> None:
    assert faulty_fields(topic=topic) == ["topic"]


def test_plain_text_is_for_the_sandbox_only() -> None:
    plain: dict[str, Any] = {"security_protocol": "plaintext", **NO_SASL}

    assert faulty_fields(**plain) == ["security_protocol"]
    assert faulty_fields(security_protocol="sasl_plaintext") == ["security_protocol"]
    assert faulty_fields(private_context(), **plain, bootstrap_servers=["localhost:9092"]) == []


def test_sasl_needs_all_of_its_settings_and_nothing_else_takes_them() -> None:
    sasl = ["sasl_mechanism", "username", "password"]

    assert faulty_fields(**NO_SASL) == sasl
    assert faulty_fields(security_protocol="ssl") == sasl
    assert faulty_fields(username="a\0b") == ["username"]


def test_every_fault_is_named_at_once() -> None:
    fields = faulty_fields(bootstrap_servers=[], topic="", password="", ca_certificate="nothing")

    assert fields == ["bootstrap_servers", "topic", "password", "ca_certificate"]


def test_the_password_is_in_no_text() -> None:
    settings = msgspec.convert(VALID, KafkaSettings)

    assert "hidden" not in repr(settings)
    assert "hidden" not in str(Kafka().public_view(settings, PRODUCTION))

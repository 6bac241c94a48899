"""What a partner may say about a RabbitMQ exchange."""

from typing import Any

import msgspec
import pytest
import trustme

from healthpartner.destinations.contract import DestinationContext
from healthpartner.destinations.rabbitmq.publisher import Rabbitmq
from healthpartner.destinations.rabbitmq.settings import RabbitmqSettings, find_faults, server_of
from tests.support.parts.nats_harness import private_context

VALID: dict[str, Any] = {"host": "mq.partner.example", "username": "u", "password": "hidden", "exchange": "health"}
PRODUCTION = DestinationContext(environment="production", publishing_principal_arn="")


def settings_of(**changes: Any) -> RabbitmqSettings:
    return msgspec.convert({**VALID, **changes}, RabbitmqSettings)


def faulty_fields(context: DestinationContext = PRODUCTION, **changes: Any) -> list[str]:
    return [fault.field for fault in find_faults(settings_of(**changes), context)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"port": 443, "virtual_host": "health/events", "routing_key": "a.b"},
        {"exchange": "", "routing_key": "queue"},
        {"ca_certificate": trustme.CA().cert_pem.bytes().decode()},
    ],
)
def test_a_public_broker_with_tls_is_taken(changes: dict[str, Any]) -> None:
    assert faulty_fields(**changes) == []


@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.1", "10.0.0.1", "169.254.169.254", "a/b", "u@a", "::1"])
def test_a_host_that_is_not_public_is_refused_in_production(host: str) -> None:
    assert faulty_fields(host=host) == ["host"]


@pytest.mark.parametrize("port", [0, 25, -1, 65536])
def test_a_port_of_another_service_is_refused(port: int) -> None:
    assert faulty_fields(port=port) == ["port"]


def test_without_tls_it_is_for_the_sandbox_only() -> None:
    assert faulty_fields(tls=False) == ["tls"]
    assert faulty_fields(private_context(), tls=False, host="localhost") == []


def test_the_port_follows_from_tls() -> None:
    assert (server_of(settings_of()).port, server_of(settings_of(tls=False)).port) == (5671, 5672)


def test_every_fault_is_named_at_once() -> None:
    fields = faulty_fields(host="localhost", exchange="", username="u\n", password="p" * 256, ca_certificate="nothing")

    assert fields == ["host", "routing_key", "username", "password", "ca_certificate"]


def test_the_password_is_in_no_text() -> None:
    settings = settings_of()

    assert "hidden" not in repr(settings)
    assert "hidden" not in str(Rabbitmq().public_view(settings, PRODUCTION))

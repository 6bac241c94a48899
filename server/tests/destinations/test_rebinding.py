"""A name of a partner's that changes its address between the check and the connection gains nothing by it."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from healthpartner.destinations.contract import PublishFailed
from healthpartner.destinations.registry import KINDS
from tests.support.parts.events import make_envelope
from tests.support.parts.kafka_gate import gate
from tests.support.parts.nats_harness import private_context
from tests.support.parts.session import Parts

NAME = "broker.partner.example"


@pytest.fixture
def rebind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """`rebind("1.1.1.1", "10.0.0.1")`: what the name leads to, question by question; answers the questions asked."""

    def arrange(*answers: str) -> list[str]:
        asked: list[str] = []
        loop = asyncio.get_running_loop()
        real = loop.getaddrinfo

        async def answer(host: Any, port: Any, **options: Any) -> Any:
            if host != NAME:
                return await real(host, port, **options)
            address = answers[min(len(asked), len(answers) - 1)]
            asked.append(address)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        monkeypatch.setattr(loop, "getaddrinfo", answer)
        return asked

    return arrange


def settings_of(kind: str, port: int) -> dict[str, Any]:
    by_kind: dict[str, dict[str, Any]] = {
        "kafka": {"bootstrap_servers": [f"{NAME}:{port}"], "topic": "t", "security_protocol": "plaintext"},
        "nats_jetstream": {"servers": [f"nats://{NAME}:{port}"], "subject": "nobody.made.this"},
        "rabbitmq": {
            "host": NAME,
            "port": port,
            "tls": False,
            "username": "guest",
            "password": "guest",
            "exchange": "nobody-made-this",
        },
        "webhook": {"url": f"https://{NAME}:{port}/"},
    }
    return by_kind[kind]


SECURE: dict[str, dict[str, Any]] = {
    "kafka": {"security_protocol": "ssl"},
    "nats_jetstream": {"servers": [f"tls://{NAME}:8443"]},
    "rabbitmq": {"tls": True},
}


async def failure_of(kind: str, port: int, *, environment: str = "sandbox", **changes: Any) -> PublishFailed:
    secure = SECURE.get(kind, {}) if environment == "production" else {}
    settings = msgspec.convert({**settings_of(kind, port), **secure, **changes}, KINDS[kind].Settings)
    context = private_context(environment=environment)
    assert KINDS[kind].validate(settings, context) == []
    async with KINDS[kind].open(settings, context) as destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
    return caught.value


@pytest.mark.parametrize(("kind", "words"), [("nats_jetstream", "no responders"), ("rabbitmq", "no exchange")])
async def test_a_broker_is_asked_at_the_address_that_was_checked(
    parts: Parts, rebind: Callable[..., list[str]], kind: str, words: str
) -> None:
    asked = rebind("127.0.0.1", "203.0.113.1")
    port = parts.rabbitmq.port if kind == "rabbitmq" else parts.nats_port

    failure = await failure_of(kind, port)

    assert words in failure.provider_message
    assert asked == ["127.0.0.1"]


async def test_kafka_is_asked_at_addresses_that_were_checked_whatever_it_advertises(
    parts: Parts, rebind: Callable[..., list[str]]
) -> None:
    async with gate(parts.kafka.port) as front:
        front.advertised_host = NAME.encode()
        asked = rebind("127.0.0.1", "169.254.169.254")
        topic = await asyncio.to_thread(parts.kafka.make_topic)
        failure = await failure_of("kafka", front.port, topic=topic)

    assert failure.kind == "invalid"
    assert "does not lead to a public address" in failure.provider_message
    assert asked == ["127.0.0.1", "169.254.169.254"]


@pytest.mark.parametrize("kind", ["kafka", "nats_jetstream", "rabbitmq", "webhook"])
@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "168.63.129.16", "::ffff:10.1.2.3"])
async def test_in_production_a_name_that_leads_inside_is_refused_and_its_address_not_told(
    rebind: Callable[..., list[str]], kind: str, address: str
) -> None:
    asked = rebind(address)

    failure = await failure_of(kind, 8443, environment="production")

    assert failure.kind == "invalid"
    assert "does not lead to a public address" in failure.provider_message
    assert address not in failure.provider_message
    assert asked == [address]

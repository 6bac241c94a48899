"""Publishing to RabbitMQ beyond what every destination does: routing, denial in the broker's words, limits, TLS."""

import sys
from typing import Any
from uuid import uuid4

import pytest

from healthpartner.destinations.contract import Destination, PublishFailed
from healthpartner.destinations.rabbitmq.publisher import Rabbitmq
from healthpartner.destinations.rabbitmq.settings import RabbitmqSettings
from tests.support.parts.events import make_envelope
from tests.support.parts.nats_harness import private_context
from tests.support.parts.rabbitmq_harness import owner, read_all
from tests.support.parts.rabbitmq_server import MAXIMUM_MESSAGE_BYTES
from tests.support.parts.session import Parts


def opened(parts: Parts, *, environment: str = "sandbox", **settings: Any) -> Destination:
    given = {
        "host": "127.0.0.1",
        "port": parts.rabbitmq.port,
        "tls": False,
        "username": "guest",
        "password": "guest",
        **settings,
    }
    return Rabbitmq().open(RabbitmqSettings(**given), private_context(environment=environment))


async def failure_of(destination: Destination) -> PublishFailed:
    async with destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
    return caught.value


async def test_the_default_exchange_leads_to_the_queue_that_the_key_names(parts: Parts) -> None:
    name, envelope = f"partner-{uuid4().hex}", make_envelope()
    async with owner(parts.rabbitmq.port) as channel:
        queue = await channel.declare_queue(name)
        async with opened(parts, exchange="", routing_key=name) as destination:
            await destination.publish(envelope)
        (message,) = await read_all(queue)

    assert message.message_id == str(envelope.event_id)
    assert message.type == envelope.event_type


async def test_the_event_type_is_the_routing_key_unless_one_is_given(parts: Parts) -> None:
    name = f"partner-{uuid4().hex}"
    async with owner(parts.rabbitmq.port) as channel:
        exchange = await channel.declare_exchange(name, "topic")
        queue = await channel.declare_queue(name)
        await queue.bind(exchange, "#")
        for routing_key in (None, "chosen"):
            async with opened(parts, exchange=name, routing_key=routing_key) as destination:
                await destination.publish(make_envelope())
        messages = await read_all(queue)

    assert [message.routing_key for message in messages] == ["lab.result.ready", "chosen"]


async def test_a_message_that_no_queue_takes_is_not_found(parts: Parts) -> None:
    name = f"partner-{uuid4().hex}"
    async with owner(parts.rabbitmq.port) as channel:
        await channel.declare_exchange(name, "topic")
        failure = await failure_of(opened(parts, exchange=name))

    assert failure.kind == "not_found"
    assert failure.provider_message.startswith("312 NO_ROUTE")


async def test_a_missing_exchange_is_named_by_the_broker(parts: Parts) -> None:
    failure = await failure_of(opened(parts, exchange="nobody-made-this"))

    assert failure.kind == "not_found"
    assert "no exchange 'nobody-made-this'" in failure.provider_message


async def test_a_wrong_password_is_unauthorized_in_the_brokers_words(parts: Parts) -> None:
    failure = await failure_of(opened(parts, exchange="e", password="wrong"))

    assert failure.kind == "unauthorized"
    assert failure.provider_message.startswith("ACCESS_REFUSED - Login was refused")


@pytest.mark.parametrize(
    ("virtual_host", "kind", "words"),
    [
        ("nobody-made-this", "not_found", "vhost nobody-made-this not found"),
        ("closed", "unauthorized", "refused for user"),
    ],
)
async def test_a_virtual_host_that_is_missing_or_closed_to_the_user_is_told_apart(
    parts: Parts, virtual_host: str, kind: str, words: str
) -> None:
    failure = await failure_of(
        opened(parts, exchange="e", virtual_host=virtual_host, username="partner", password="right")
    )

    assert failure.kind == kind
    assert words in failure.provider_message


async def test_a_user_that_may_write_publishes_and_elsewhere_is_unauthorized(parts: Parts) -> None:
    allowed, forbidden = f"allowed-{uuid4().hex}", f"forbidden-{uuid4().hex}"
    partner = {"username": "partner", "password": "right"}
    async with owner(parts.rabbitmq.port) as channel:
        await channel.declare_exchange(forbidden, "topic")
        exchange = await channel.declare_exchange(allowed, "topic")
        queue = await channel.declare_queue(allowed)
        await queue.bind(exchange, "#")
        async with opened(parts, exchange=allowed, **partner) as destination:
            await destination.publish(make_envelope())
        failure = await failure_of(opened(parts, exchange=forbidden, **partner))
        messages = await read_all(queue)

    assert len(messages) == 1
    assert failure.kind == "unauthorized"
    assert f"ACCESS_REFUSED - access to exchange '{forbidden}'" in failure.provider_message


async def test_a_broker_with_a_lower_limit_gets_the_event_thin(parts: Parts) -> None:
    name = f"partner-{uuid4().hex}"
    async with owner(parts.rabbitmq.port) as channel:
        queue = await channel.declare_queue(name)
        async with opened(parts, exchange="", routing_key=name) as destination:
            receipt = await destination.publish(make_envelope({"samples": "x" * MAXIMUM_MESSAGE_BYTES}))
        messages = await read_all(queue)

    assert receipt.thin
    assert len(messages) == 1


async def test_a_full_queue_that_rejects_is_a_refusal(parts: Parts) -> None:
    name = f"partner-{uuid4().hex}"
    async with owner(parts.rabbitmq.port) as channel:
        await channel.declare_queue(name, arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
        async with opened(parts, exchange="", routing_key=name) as destination:
            await destination.publish(make_envelope())
            with pytest.raises(PublishFailed) as caught:
                await destination.publish(make_envelope())

    assert caught.value.kind == "refused"


async def test_a_broker_with_a_certificate_of_the_named_authority_is_reached_over_tls(parts: Parts) -> None:
    broker, name = parts.rabbitmq, f"partner-{uuid4().hex}"
    tls: dict[str, Any] = {"tls": True, "port": broker.tls_port, "exchange": "", "routing_key": name}
    async with owner(broker.port) as channel:
        queue = await channel.declare_queue(name)
        async with opened(parts, **tls, host="localhost", ca_certificate=broker.authority) as destination:
            await destination.publish(make_envelope())
        untrusted = await failure_of(opened(parts, **tls, host="localhost"))
        misnamed = await failure_of(opened(parts, **tls, ca_certificate=broker.authority))
        messages = await read_all(queue)

    assert len(messages) == 1
    assert (untrusted.kind, misnamed.kind) == ("connection", "connection")
    assert "certificate" in untrusted.provider_message


async def test_what_is_no_broker_is_a_failed_connection(parts: Parts) -> None:
    failure = await failure_of(opened(parts, exchange="e", port=parts.nats_port))

    assert failure.kind == "connection"


async def test_settings_that_production_does_not_allow_are_not_even_tried(parts: Parts) -> None:
    failure = await failure_of(opened(parts, exchange="e", environment="production"))

    assert failure.kind == "invalid"


async def test_a_deployment_without_the_client_library_says_so(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "healthpartner.destinations.rabbitmq.session", None)

    failure = await failure_of(opened(parts, exchange="e"))

    assert failure.kind == "invalid"
    assert failure.provider_message == "this deployment has no rabbitmq support installed"

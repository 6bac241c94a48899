"""Registering a broker as a destination through the API: what goes wrong is told in the broker's own words."""

from typing import Any

import pytest

from healthpartner.core.encryption import Keyring
from healthpartner.domains.tenants.signing import service as signing
from tests.support.api import Partner
from tests.support.parts.nats_harness import owner
from tests.support.parts.ports import free_port
from tests.support.parts.session import Parts

QUEUE = "/v1/admin/org/queues/lab_results"


@pytest.fixture
async def partner(acme: Partner, keyring: Keyring) -> Partner:
    """Acme with a signing secret."""
    async with acme.tenant.uow() as uow:
        await signing.create_first(uow, keyring)
        await uow.commit()
    return acme


def blocks(parts: Parts) -> dict[str, dict[str, Any]]:
    """Settings of each kind that lead to its broker, and to nothing in it."""
    rabbitmq = {"host": "127.0.0.1", "port": parts.rabbitmq.port, "tls": False, "username": "guest"}
    return {
        "kafka": {
            "bootstrap_servers": [f"127.0.0.1:{parts.kafka.port}"],
            "topic": "nobody-made-this",
            "security_protocol": "plaintext",
        },
        "nats_jetstream": {"servers": [f"nats://127.0.0.1:{parts.nats_port}"], "subject": "nobody.made.this"},
        "rabbitmq": {**rabbitmq, "password": "guest", "exchange": "nobody-made-this"},
    }


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("kafka", {}, "UNKNOWN_TOPIC_OR_PARTITION"),
        ("kafka", {"bootstrap_servers": ["127.0.0.1:{free}"]}, "no connection to the server"),
        ("nats_jetstream", {}, "no responders"),
        ("nats_jetstream", {"servers": ["nats://127.0.0.1:{free}"]}, "no connection to the server"),
        ("rabbitmq", {}, "no exchange 'nobody-made-this'"),
        ("rabbitmq", {"password": "a-wrong-one"}, "ACCESS_REFUSED - Login was refused"),
        ("rabbitmq", {"username": "partner", "password": "right"}, "ACCESS_REFUSED - access to exchange"),
    ],
)
async def test_what_goes_wrong_is_a_400_in_the_brokers_words_and_nothing_is_stored(
    partner: Partner, parts: Parts, kind: str, changes: dict[str, Any], words: str
) -> None:
    port = str(free_port())
    changed = {
        name: [text.replace("{free}", port) for text in value] if isinstance(value, list) else value
        for name, value in changes.items()
    }
    answered = await partner.post(QUEUE, json={"type": kind, kind: {**blocks(parts)[kind], **changed}})

    assert answered.status_code == 400, answered.text
    assert answered.json()["error"]["code"] == "invalid_request"
    assert words in answered.json()["error"]["message"]
    assert "a-wrong-one" not in answered.text
    assert (await partner.get(QUEUE)).status_code == 404


async def test_a_registered_broker_is_shown_without_its_credentials(partner: Partner, parts: Parts) -> None:
    subject = f"partner-{free_port()}.events"
    settings = {**blocks(parts)["nats_jetstream"], "subject": subject, "credentials": {"token": "a-hidden-one"}}
    async with owner(parts.nats_port) as client:
        await client.jsm().add_stream(name=subject.partition(".")[0], subjects=[subject])
        registered = await partner.post(QUEUE, json={"type": "nats_jetstream", "nats_jetstream": settings})

    assert registered.status_code == 201, registered.text
    assert registered.json()["data"]["nats_jetstream"]["subject"] == subject
    assert "a-hidden-one" not in registered.text + (await partner.get(QUEUE)).text

"""Publishing to Kafka beyond what every destination does: keys, identities, TLS, and where a cluster says it is."""

import asyncio
import ssl
import sys
from typing import Any
from uuid import uuid4

import pytest
import trustme
from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]
from aiokafka.errors import ClusterAuthorizationFailedError  # type: ignore[import-untyped]

from healthpartner.destinations.contract import PublishFailed
from healthpartner.destinations.kafka.message import batch_bytes
from healthpartner.destinations.kafka.publisher import Kafka
from healthpartner.destinations.kafka.session import _batch
from healthpartner.destinations.kafka.settings import KafkaSettings
from tests.support.parts.events import ORG_ID, make_envelope
from tests.support.parts.kafka_gate import gate
from tests.support.parts.kafka_harness import headers_of
from tests.support.parts.nats_harness import private_context
from tests.support.parts.session import Parts

USERS = {"partner": "right"}
SASL: dict[str, Any] = {
    "security_protocol": "sasl_plaintext",
    "sasl_mechanism": "PLAIN",
    "username": "partner",
    "password": "right",
}


def opened(port: int, topic: str, *, environment: Any = "sandbox", **settings: Any) -> Any:
    given = {"bootstrap_servers": [f"127.0.0.1:{port}"], "security_protocol": "plaintext", **settings}
    return Kafka().open(KafkaSettings(topic=topic, **given), private_context(environment=environment))


async def failure_of(destination: Any) -> PublishFailed:
    async with destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
    return caught.value


@pytest.fixture
async def topic(parts: Parts) -> str:
    return await asyncio.to_thread(parts.kafka.make_topic)


async def test_a_members_records_keep_together_and_the_receipt_names_the_place(parts: Parts, topic: str) -> None:
    member = uuid4()
    envelopes = [make_envelope(user_id=member) for _ in range(5)]

    async with opened(parts.kafka.port, topic) as destination:
        receipts = [await destination.publish(envelope) for envelope in envelopes]

    records = await asyncio.to_thread(parts.kafka.read_all, topic)
    assert [headers_of(record)["event_id"] for record in records] == [str(one.event_id) for one in envelopes]
    assert {record.key() for record in records} == {str(member).encode()}
    places = [f"{topic}:{record.partition()}:{record.offset()}" for record in records]
    assert [receipt.provider_message_id for receipt in receipts] == places


async def test_headers_repeat_the_envelope_and_events_about_nobody_are_keyed_by_organisation(
    parts: Parts, topic: str
) -> None:
    envelope = make_envelope()

    async with opened(parts.kafka.port, topic) as destination:
        await destination.publish(envelope)

    (record,) = await asyncio.to_thread(parts.kafka.read_all, topic)
    assert record.key() == str(ORG_ID).encode()
    assert headers_of(record) == {
        "event_id": str(envelope.event_id),
        "event_type": envelope.event_type,
        "signed_at": envelope.signed_at,
        "signature": envelope.signature,
    }


async def test_a_missing_topic_is_named_by_the_broker_and_not_made(parts: Parts) -> None:
    failures = [await failure_of(opened(parts.kafka.port, "nobody-made-this")) for _ in range(2)]

    assert {failure.kind for failure in failures} == {"not_found"}
    assert failures[0].provider_message.startswith("3 UNKNOWN_TOPIC_OR_PARTITION")


async def test_the_right_password_publishes_and_a_wrong_one_is_unauthorized_in_the_brokers_words(
    parts: Parts, topic: str
) -> None:
    async with gate(parts.kafka.port, users=USERS) as front:
        async with opened(front.port, topic, **SASL) as destination:
            await destination.publish(make_envelope())
        failure = await failure_of(opened(front.port, topic, **{**SASL, "password": "wrong"}))
        unasked = await failure_of(opened(front.port, topic))

    assert len(await asyncio.to_thread(parts.kafka.read_all, topic)) == 1
    assert failure.kind == "unauthorized"
    assert "Invalid username or password" in failure.provider_message
    assert unasked.kind == "connection"


async def test_a_mechanism_that_the_broker_lacks_is_unauthorized(parts: Parts, topic: str) -> None:
    async with gate(parts.kafka.port, users=USERS) as front:
        failure = await failure_of(opened(front.port, topic, **{**SASL, "sasl_mechanism": "SCRAM-SHA-256"}))

    assert failure.kind == "unauthorized"
    assert "PLAIN" in failure.provider_message


async def test_a_topic_that_the_user_may_not_see_or_not_write_to_is_unauthorized(parts: Parts, topic: str) -> None:
    async with opened(parts.kafka.port, topic) as destination:
        with parts.kafka.denying_describe(topic):
            unseen = await failure_of(opened(parts.kafka.port, topic))
        with parts.kafka.denying_write():
            unwritable = await failure_of(opened(parts.kafka.port, topic))
        await destination.publish(make_envelope())

    assert {(failure.kind, failure.provider_message.partition(":")[0]) for failure in (unseen, unwritable)} == {
        ("unauthorized", "29 TOPIC_AUTHORIZATION_FAILED")
    }
    assert len(await asyncio.to_thread(parts.kafka.read_all, topic)) == 1


async def test_no_right_on_the_cluster_is_needed(parts: Parts, topic: str) -> None:
    numbering = AIOKafkaProducer(bootstrap_servers=f"127.0.0.1:{parts.kafka.port}", enable_idempotence=True)

    with parts.kafka.denying_producer_numbers():
        async with opened(parts.kafka.port, topic) as destination:
            await destination.publish(make_envelope())
        # The denial is real: the library's own producer, which would ask for a number, gets nowhere.
        with pytest.raises(ClusterAuthorizationFailedError):
            await numbering.start()
        await numbering.stop()

    assert len(await asyncio.to_thread(parts.kafka.read_all, topic)) == 1


async def test_brokers_with_a_certificate_of_the_named_authority_are_reached_over_tls(parts: Parts, topic: str) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(tls)
    secure: dict[str, Any] = {
        **SASL,
        "security_protocol": "sasl_ssl",
        "ca_certificate": authority.cert_pem.bytes().decode(),
    }
    async with gate(parts.kafka.port, users=USERS, tls=tls) as front:
        front.advertised_host = b"localhost"
        named: dict[str, Any] = {"bootstrap_servers": [f"localhost:{front.port}"]}
        async with opened(front.port, topic, **secure, **named) as destination:
            await destination.publish(make_envelope())
        misnamed = await failure_of(opened(front.port, topic, **secure))
        untrusted = await failure_of(opened(front.port, topic, **{**secure, "ca_certificate": None}, **named))

    assert len(await asyncio.to_thread(parts.kafka.read_all, topic)) == 1
    assert (misnamed.kind, untrusted.kind) == ("connection", "connection")
    assert "certificate" in untrusted.provider_message


@pytest.mark.parametrize("host", [b"169.254.169.254", b"[evil]", b"224.0.0.1"])
async def test_an_address_that_the_cluster_advertises_is_checked_too(parts: Parts, topic: str, host: bytes) -> None:
    async with gate(parts.kafka.port) as front:
        front.advertised_host = host
        failure = await failure_of(opened(front.port, topic))

    assert failure.kind == "invalid"
    assert "advertises" in failure.provider_message


async def test_a_connection_that_the_broker_closed_meanwhile_is_opened_again(parts: Parts, topic: str) -> None:
    async with gate(parts.kafka.port) as front, opened(front.port, topic) as destination:
        await destination.publish(make_envelope())
        (connection,) = destination._shared.session._connections._open.values()
        await front.drop_connections()
        await asyncio.shield(connection._closed_fut)
        await destination.publish(make_envelope())

    assert len(await asyncio.to_thread(parts.kafka.read_all, topic)) == 2


async def test_a_second_bootstrap_server_is_asked_when_the_first_is_not_there(parts: Parts, topic: str) -> None:
    servers = ["127.0.0.1:1025", f"127.0.0.1:{parts.kafka.port}"]

    async with opened(0, topic, bootstrap_servers=servers) as destination:
        receipt = await destination.publish(make_envelope())

    assert receipt.provider_message_id


async def test_settings_that_production_does_not_allow_are_not_even_tried(parts: Parts, topic: str) -> None:
    failure = await failure_of(opened(parts.kafka.port, topic, environment="production"))

    assert failure.kind == "invalid"


async def test_a_deployment_without_the_client_library_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "healthpartner.destinations.kafka.session", None)

    failure = await failure_of(opened(9092, "events"))

    assert failure.kind == "invalid"
    assert failure.provider_message == "this deployment has no kafka support installed"


def test_what_is_counted_is_never_less_than_the_batch() -> None:
    envelope = make_envelope({"note": "ß" * 100_000}, user_id=uuid4())

    assert 0 <= batch_bytes(envelope) - len(_batch(envelope)) < 128

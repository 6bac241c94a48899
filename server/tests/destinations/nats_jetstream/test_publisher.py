"""Publishing to JetStream beyond what every destination does: identities, denial, streams, limits, TLS."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import trustme

from healthpartner.destinations.contract import Destination, PublishFailed
from healthpartner.destinations.nats_jetstream import nkeys
from healthpartner.destinations.nats_jetstream.message import headers_of, message_bytes
from healthpartner.destinations.nats_jetstream.publisher import NatsJetstream
from healthpartner.destinations.nats_jetstream.settings import NatsCredentials, NatsJetstreamSettings
from tests.destinations.nats_jetstream.test_settings import SEED
from tests.support.parts.events import make_envelope, make_facts, sealed
from tests.support.parts.nats_harness import owner, private_context, read_all
from tests.support.parts.nats_server import nats_server
from tests.support.parts.session import Parts

USERS = f"""
max_payload: 4096
authorization {{ users = [
  {{user: owner, password: owner}},
  {{user: partner, password: right,
    permissions: {{publish: ["allowed.>", "$JS.API.>"], subscribe: "_INBOX.>"}}}},
  {{nkey: {nkeys.public_text(nkeys.key_of(SEED))}}},
] }}
"""
PARTNER = NatsCredentials(username="partner", password="right")


@pytest.fixture(scope="module")
def guarded_port() -> Iterator[int]:
    """A server that asks who is there, and takes at most 4 KiB."""
    with nats_server(USERS) as port:
        yield port


def opened(port: int, subject: str, **settings: Any) -> Destination:
    given = {"servers": [f"nats://127.0.0.1:{port}"], "subject": subject, **settings}
    return NatsJetstream().open(NatsJetstreamSettings(**given), private_context())


async def failure_of(destination: Destination) -> PublishFailed:
    async with destination:
        with pytest.raises(PublishFailed) as caught:
            await destination.publish(make_envelope())
    return caught.value


async def test_the_stream_keeps_one_copy_of_an_event_sent_twice_and_the_receipt_names_it(parts: Parts) -> None:
    name, facts = f"partner-{uuid4().hex}", make_facts()
    async with owner(parts.nats_port) as client:
        await client.jsm().add_stream(name=name, subjects=[f"{name}.>"])
        async with opened(parts.nats_port, f"{name}.events", stream=name) as destination:
            receipts = [await destination.publish(sealed(facts)) for _ in range(2)]
        (message,) = await read_all(client, name)

    assert [receipt.provider_message_id for receipt in receipts] == [f"{name}:1", f"{name}:1"]
    assert (message.headers or {})["event_type"] == facts.event_type


async def test_another_stream_than_the_expected_one_is_not_found(parts: Parts) -> None:
    name = f"partner-{uuid4().hex}"
    async with owner(parts.nats_port) as client:
        await client.jsm().add_stream(name=name, subjects=[f"{name}.>"])
        failure = await failure_of(opened(parts.nats_port, f"{name}.events", stream="another"))
        stored = await read_all(client, name)

    assert failure.kind == "not_found"
    assert "expected stream does not match" in failure.provider_message
    assert stored == []


async def test_a_stream_with_a_lower_limit_gets_the_event_thin(parts: Parts) -> None:
    name = f"partner-{uuid4().hex}"
    async with owner(parts.nats_port) as client:
        await client.jsm().add_stream(name=name, subjects=[f"{name}.>"], max_msg_size=2048)
        async with opened(parts.nats_port, f"{name}.events") as destination:
            receipt = await destination.publish(make_envelope({"samples": "x" * 4096}))
        stored = await read_all(client, name)

    assert receipt.thin
    assert len(stored) == 1


async def test_a_full_stream_that_refuses_new_messages_is_a_refusal_in_its_words(parts: Parts) -> None:
    name = f"partner-{uuid4().hex}"
    async with owner(parts.nats_port) as client:
        await client.jsm().add_stream(name=name, subjects=[f"{name}.>"], max_msgs=1, discard="new")
        async with opened(parts.nats_port, f"{name}.events") as destination:
            await destination.publish(make_envelope())
            with pytest.raises(PublishFailed) as caught:
                await destination.publish(make_envelope())

    assert caught.value.kind in {"refused", "server"}
    assert "maximum messages exceeded" in caught.value.provider_message


@pytest.mark.parametrize(
    "credentials",
    [
        None,
        NatsCredentials(token="wrong"),
        NatsCredentials(username="partner", password="wrong"),
        NatsCredentials(nkey_seed="SUAHGZLFMQWW6ZRNORUGKLLUMVZXI4ZNNZ2W2YTFOIWXI53PFVQWEY6RNA"),
    ],
)
async def test_a_wrong_credential_is_unauthorized_in_the_servers_words(
    guarded_port: int, credentials: NatsCredentials | None
) -> None:
    failure = await failure_of(opened(guarded_port, "allowed.events", credentials=credentials))

    assert failure.kind == "unauthorized"
    assert "Authorization Violation" in failure.provider_message


async def test_a_subject_without_permission_is_unauthorized_at_once(guarded_port: int) -> None:
    failure = await failure_of(opened(guarded_port, "forbidden.events", credentials=PARTNER))

    assert failure.kind == "unauthorized"
    assert 'permissions violation for publish to "forbidden.events"' in failure.provider_message


@pytest.mark.parametrize("credentials", [PARTNER, NatsCredentials(nkey_seed=SEED)])
async def test_a_user_with_a_password_and_one_with_an_nkey_may_publish_and_large_events_go_thin(
    guarded_port: int, credentials: NatsCredentials
) -> None:
    name = f"partner-{uuid4().hex}"
    async with owner(guarded_port, user="owner", password="owner") as client:
        await client.jsm().add_stream(name=name, subjects=[f"allowed.{name}.>"])
        async with opened(guarded_port, f"allowed.{name}.events", credentials=credentials) as destination:
            whole = await destination.publish(make_envelope())
            cut = await destination.publish(make_envelope({"samples": "x" * 4096}))
        stored = await read_all(client, name)

    assert (whole.thin, cut.thin) == (False, True)
    assert len(stored) == 2


async def test_a_server_with_a_certificate_of_the_named_authority_is_reached_over_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    pem, name = authority.cert_pem.bytes().decode(), f"partner-{uuid4().hex}"
    with nats_server(f"tls {{ cert_file: '{tmp_path}/cert.pem', key_file: '{tmp_path}/key.pem' }}") as port:
        tls = {"servers": [f"tls://localhost:{port}"]}
        failure = await failure_of(opened(port, f"{name}.events", **tls, ca_certificate=pem))
        untrusted = await failure_of(opened(port, f"{name}.events", **tls))
        other_name = {"servers": [f"tls://127.0.0.1:{port}"]}
        misnamed = await failure_of(opened(port, f"{name}.events", **other_name, ca_certificate=pem))

    assert failure.kind == "not_found"
    assert (untrusted.kind, misnamed.kind) == ("connection", "connection")
    assert "certificate" in untrusted.provider_message


async def test_a_tls_server_that_does_not_speak_tls_gets_no_credential(parts: Parts) -> None:
    servers = [f"tls://127.0.0.1:{parts.nats_port}"]

    failure = await failure_of(opened(parts.nats_port, "events", servers=servers))

    assert failure.kind == "connection"
    assert failure.provider_message == "the server does not speak TLS"


async def test_settings_that_production_does_not_allow_are_not_even_tried(parts: Parts) -> None:
    settings = NatsJetstreamSettings(servers=[f"nats://127.0.0.1:{parts.nats_port}"], subject="events")

    failure = await failure_of(NatsJetstream().open(settings, private_context(environment="production")))

    assert failure.kind == "invalid"


async def test_a_second_server_is_asked_when_the_first_is_not_there(parts: Parts) -> None:
    servers = ["nats://127.0.0.1:1025", f"nats://127.0.0.1:{parts.nats_port}"]

    failure = await failure_of(opened(parts.nats_port, f"nobody.{uuid4().hex}", servers=servers))

    assert failure.kind == "not_found"


async def test_a_deployment_without_the_client_library_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "healthpartner.destinations.nats_jetstream.session", None)

    failure = await failure_of(opened(4222, "events"))

    assert failure.kind == "invalid"
    assert failure.provider_message == "this deployment has no nats support installed"


def test_framed_headers_count_towards_the_limit() -> None:
    envelope = make_envelope({"note": "ß"})

    framed = "NATS/1.0\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers_of(envelope, "S").items()) + "\r\n"
    assert message_bytes(envelope, "S") == len((framed + envelope.to_json()).encode())

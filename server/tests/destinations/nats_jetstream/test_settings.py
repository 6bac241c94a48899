"""What a partner may say about a JetStream subject."""

from typing import Any

import msgspec
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from healthpartner.destinations.contract import DestinationContext
from healthpartner.destinations.nats_jetstream.publisher import NatsJetstream
from healthpartner.destinations.nats_jetstream.settings import NatsJetstreamSettings, find_faults
from tests.support.parts.nats_harness import private_context

SEED = "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU"
VALID: dict[str, Any] = {"servers": ["tls://nats.partner.example:4222"], "subject": "health.events"}
PRODUCTION = DestinationContext(environment="production", publishing_principal_arn="")


def faulty_fields(context: DestinationContext = PRODUCTION, **changes: Any) -> list[str]:
    settings = msgspec.convert({**VALID, **changes}, NatsJetstreamSettings)
    return [fault.field for fault in find_faults(settings, context)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"servers": ["TLS://Nats.Partner.Example", "tls://1.1.1.1:443/", "tls://[2606:4700::1111]:4222"]},
        {"subject": "a", "stream": "EVENTS"},
        {"credentials": {"token": "t"}},
        {"credentials": {"username": "u", "password": "p"}},
        {"credentials": {"nkey_seed": SEED}},
        {"ca_certificate": trustme.CA().cert_pem.bytes().decode()},
    ],
)
def test_a_public_server_and_a_plain_subject_are_taken(changes: dict[str, Any]) -> None:
    assert faulty_fields(**changes) == []


@pytest.mark.parametrize(
    "servers",
    [
        [],
        ["tls://a.example"] * 11,
        ["nats://nats.partner.example:4222"],
        ["tls://a.example", "nats://b.example"],
        ["wss://a.example"],
        ["a.example:4222"],
        ["tls://user:password@a.example"],
        ["tls://a.example/path"],
        ["tls://a.example:22"],
        ["tls://a.example:99999"],
        ["tls://localhost"],
        ["tls://127.0.0.1"],
        ["tls://127.1"],
        ["tls://[::1]:4222"],
        ["tls://a.example", "tls://10.0.0.1"],
        ["tls://169.254.169.254"],
    ],
)
def test_servers_that_are_not_public_or_not_tls_are_refused_in_production(servers: list[str]) -> None:
    assert faulty_fields(servers=servers) == ["servers"]


def test_a_sandbox_that_allows_it_takes_a_plain_server_of_its_own_machine_but_never_a_link_local_one() -> None:
    sandbox = private_context()

    assert faulty_fields(sandbox, servers=["nats://localhost:4222"]) == []
    assert faulty_fields(sandbox, servers=["nats://169.254.169.254:4222"]) == ["servers"]


@pytest.mark.parametrize(
    "subject", ["", "a.*", "a.>", "a..b", ".a", "a b", "a\n", "$JS.API.STREAM.DELETE.x", "x" * 256]
)
def test_a_subject_with_wildcards_or_of_the_server_is_refused(subject: str) -> None:
    assert faulty_fields(subject=subject) == ["subject"]


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"username": "u"},
        {"token": "t", "nkey_seed": SEED},
        {"nkey_seed": SEED[:-1]},
        {"nkey_seed": "SA" + SEED[2:]},
        {"nkey_seed": "1"},
        {"creds": "nothing"},
        {"creds": f"-----BEGIN NATS USER JWT-----\nabc\n---\n-----BEGIN USER NKEY SEED-----\n{SEED[:-2]}\n---"},
    ],
)
def test_credentials_that_are_none_or_too_many_or_unreadable_are_refused(credentials: dict[str, str]) -> None:
    assert faulty_fields(credentials=credentials) == ["credentials"]


def test_every_fault_is_named_at_once() -> None:
    fields = faulty_fields(servers=[], subject="*", stream="a.b", credentials={}, ca_certificate="nothing")

    assert fields == ["servers", "credentials", "subject", "stream", "ca_certificate"]


@given(st.text())
def test_any_text_as_a_seed_is_taken_or_refused(text: str) -> None:
    assert faulty_fields(credentials={"nkey_seed": text}) in ([], ["credentials"])


def test_credentials_are_in_no_text() -> None:
    settings = msgspec.convert({**VALID, "credentials": {"token": "hidden"}}, NatsJetstreamSettings)

    assert "hidden" not in repr(settings)
    assert "credentials" not in NatsJetstream().public_view(settings, PRODUCTION)

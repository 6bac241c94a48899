"""What a partner may say about a Pub/Sub topic."""

from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from healthpartner.destinations.contract import DestinationContext
from healthpartner.destinations.google_pubsub.publisher import GooglePubsub
from healthpartner.destinations.google_pubsub.settings import (
    GooglePubsubSettings,
    find_faults,
    target_of,
    topic_path,
)
from tests.support.parts.pubsub_peer import make_key_file

KEY_FILE = make_key_file()
VALID: dict[str, Any] = {"project_id": "partner-project", "topic": "health-events", "service_account_key": KEY_FILE}
PRODUCTION = DestinationContext(environment="production", publishing_principal_arn="")


def settings_of(**changes: Any) -> GooglePubsubSettings:
    return msgspec.convert({**VALID, **changes}, GooglePubsubSettings)


def faulty_fields(**changes: Any) -> list[str]:
    return [fault.field for fault in find_faults(settings_of(**changes))]


def elliptic_key() -> str:
    return (
        generate_private_key(SECP256R1())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


@pytest.mark.parametrize(
    "changes",
    [{}, {"region": "europe-west3"}, {"region": "northamerica-northeast1"}, {"project_id": "example.com:partner-1"}],
)
def test_a_topic_and_a_key_file_are_taken(changes: dict[str, Any]) -> None:
    assert faulty_fields(**changes) == []


@pytest.mark.parametrize("project_id", ["", "short", "Partner-Project", "a" * 31, "partner/topics", "partner\n"])
def test_what_is_no_project_is_refused(project_id: str) -> None:
    assert faulty_fields(project_id=project_id) == ["project_id"]


@pytest.mark.parametrize(
    "topic", ["", "ab", "1topic", "google-topic", "a" * 256, "a/../b", "projects/p/topics/t", "t\n"]
)
def test_what_is_no_topic_is_refused(topic: str) -> None:
    assert faulty_fields(topic=topic) == ["topic"]


@pytest.mark.parametrize("region", ["", "evil.example/", "europe", "europe-west3.evil", "us-east1\n", "US-EAST1"])
def test_a_region_that_could_lead_to_another_host_is_refused(region: str) -> None:
    assert faulty_fields(region=region) == ["region"]


@pytest.mark.parametrize(
    "changes",
    [
        {"private_key": ""},
        {"private_key": "hidden"},
        {"private_key": elliptic_key()},
        {"private_key": "x" * 8193},
        {"client_email": ""},
        {"client_email": "a b"},
        {"private_key_id": "\n"},
    ],
)
def test_a_key_that_cannot_sign_is_refused_and_not_quoted(changes: dict[str, str]) -> None:
    (fault,) = find_faults(settings_of(service_account_key={**KEY_FILE, **changes}))

    assert fault.field == "service_account_key"
    assert "hidden" not in fault.message


def test_every_fault_is_named_at_once() -> None:
    fields = faulty_fields(project_id="", topic="", region="", service_account_key={**KEY_FILE, "private_key": ""})

    assert fields == ["project_id", "topic", "region", "service_account_key"]


def test_the_host_is_googles_in_the_region_or_anywhere() -> None:
    assert target_of(settings_of()) == "pubsub.googleapis.com:443"
    assert target_of(settings_of(region="us-east1")) == "us-east1-pubsub.googleapis.com:443"
    assert topic_path(settings_of()) == "projects/partner-project/topics/health-events"


def test_the_key_is_in_no_text() -> None:
    settings = settings_of()

    texts = (repr(settings), str(GooglePubsub().public_view(settings, PRODUCTION)))
    for text in texts:
        assert KEY_FILE["private_key"] not in text
        assert "PRIVATE KEY" not in text

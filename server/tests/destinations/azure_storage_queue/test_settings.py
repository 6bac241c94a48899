"""What a partner may say about an Azure storage queue."""

from typing import Any

import msgspec
import pytest

from healthpartner.destinations.azure_storage_queue.publisher import AzureStorageQueue
from healthpartner.destinations.azure_storage_queue.settings import (
    AzureStorageQueueSettings,
    account_url,
    find_faults,
)
from healthpartner.destinations.contract import DestinationContext

VALID: dict[str, Any] = {
    "account_name": "partner01",
    "queue_name": "health-events",
    "sas_token": "se=2027-01-01T00%3A00%3A00Z&sp=a&spr=https&sv=2026-10-06&sig=hidden%2B%3D",
}
PRODUCTION = DestinationContext(environment="production", publishing_principal_arn="")


def settings_of(**changes: Any) -> AzureStorageQueueSettings:
    return msgspec.convert({**VALID, **changes}, AzureStorageQueueSettings)


def faulty_fields(**changes: Any) -> list[str]:
    return [fault.field for fault in find_faults(settings_of(**changes))]


@pytest.mark.parametrize(
    "changes",
    [{}, {"sas_token": "?" + VALID["sas_token"]}, {"sas_token": "sv=2026-10-06&si=policy&sr=q&sig=a/b+c="}],
)
def test_an_account_a_queue_and_a_signature_are_taken(changes: dict[str, Any]) -> None:
    assert faulty_fields(**changes) == []


@pytest.mark.parametrize("name", ["", "ab", "a" * 25, "Partner", "partner.evil.example", "p/../q", "partner\n", "a@b"])
def test_an_account_that_could_lead_to_another_host_is_refused(name: str) -> None:
    assert faulty_fields(account_name=name) == ["account_name"]


@pytest.mark.parametrize(
    "name", ["", "ab", "a" * 64, "Health", "-events", "events-", "a--b", "a/b", "a?comp=acl", "q\n"]
)
def test_what_is_no_queue_name_is_refused(name: str) -> None:
    assert faulty_fields(queue_name=name) == ["queue_name"]


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a-password",
        "sv=2026-10-06",
        "sig=abc",
        "sv=2026-10-06&sig=abc&comp=acl",
        "sv=2026-10-06&sig=abc&sv=2011-08-18",
        "sv=2026-10-06&sig=a b",
        "sv=2026-10-06&sig=abc#",
        "sv=2026-10-06&sig=abc\n",
    ],
)
def test_what_is_no_signature_or_more_than_one_is_refused(token: str) -> None:
    assert faulty_fields(sas_token=token) == ["sas_token"]


def test_a_signature_of_endless_length_is_refused() -> None:
    assert faulty_fields(sas_token="sv=1&sig=" + "a" * 4096) == ["sas_token"]


def test_every_fault_is_named_at_once() -> None:
    assert faulty_fields(account_name="", queue_name="", sas_token="") == ["account_name", "queue_name", "sas_token"]


def test_the_account_is_a_host_of_azures_unless_the_deployment_names_another_service() -> None:
    assert account_url(settings_of(), None) == "https://partner01.queue.core.windows.net"
    assert account_url(settings_of(), "http://127.0.0.1:1") == "http://127.0.0.1:1/partner01"


def test_the_signature_is_in_no_text() -> None:
    settings = settings_of()

    assert "hidden" not in repr(settings)
    assert "hidden" not in str(AzureStorageQueue().public_view(settings, PRODUCTION))

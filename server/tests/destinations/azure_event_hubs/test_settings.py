"""What a partner may say about an event hub."""

from typing import Any

import msgspec
import pytest

from healthpartner.destinations.azure_event_hubs.publisher import AzureEventHubs
from healthpartner.destinations.azure_event_hubs.settings import AzureEventHubsSettings, find_faults, host_of
from healthpartner.destinations.contract import DestinationContext

FIELDS = "sr=sb%3A%2F%2Fpartner-hubs.servicebus.windows.net%2Fevents&sig=hidden%3D&se=1900000000&skn=publisher"
VALID: dict[str, Any] = {
    "namespace": "partner-hubs",
    "event_hub_name": "health.events",
    "sas_token": f"SharedAccessSignature {FIELDS}",
}
PRODUCTION = DestinationContext(environment="production", publishing_principal_arn="")


def settings_of(**changes: Any) -> AzureEventHubsSettings:
    return msgspec.convert({**VALID, **changes}, AzureEventHubsSettings)


def faulty_fields(**changes: Any) -> list[str]:
    return [fault.field for fault in find_faults(settings_of(**changes))]


@pytest.mark.parametrize("changes", [{}, {"namespace": "partner-hubs.servicebus.windows.net"}, {"event_hub_name": "e"}])
def test_a_namespace_a_hub_and_a_signature_are_taken(changes: dict[str, Any]) -> None:
    assert faulty_fields(**changes) == []
    assert host_of(settings_of(**changes)) == "partner-hubs.servicebus.windows.net"


@pytest.mark.parametrize(
    "namespace",
    [
        "",
        "short",
        "1partner",
        "partner-",
        "a" * 51,
        "evil.example",
        "evil.example/.servicebus.windows.net",
        "partner\n",
    ],
)
def test_a_namespace_that_could_lead_to_another_host_is_refused(namespace: str) -> None:
    assert faulty_fields(namespace=namespace) == ["namespace"]


@pytest.mark.parametrize("hub", ["", "-events", "events.", "a" * 257, "events/../other", "events?x", "events\n"])
def test_what_is_no_event_hub_is_refused(hub: str) -> None:
    assert faulty_fields(event_hub_name=hub) == ["event_hub_name"]


@pytest.mark.parametrize(
    "token",
    [
        "",
        FIELDS,
        "Endpoint=sb://partner-hubs.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=s",
        "SharedAccessSignature sr=a&sig=b&skn=c",
        "SharedAccessSignature sr=a&sig=b&se=soon&skn=c",
        "SharedAccessSignature sr=a&sig=b&se=²&skn=c",
        "SharedAccessSignature sr=a&sig=b&se=1&skn=c&se=2",
        "SharedAccessSignature sr=a&sig=b&se=1&skn=c\n",
        "SharedAccessSignature sr=a&sig=" + "b" * 4096 + "&se=1&skn=c",
    ],
)
def test_what_is_no_signature_is_refused(token: str) -> None:
    assert faulty_fields(sas_token=token) == ["sas_token"]


def test_every_fault_is_named_at_once() -> None:
    fields = faulty_fields(namespace="", event_hub_name="", sas_token="")

    assert fields == ["namespace", "event_hub_name", "sas_token"]


def test_the_signature_is_in_no_text() -> None:
    settings = settings_of()

    assert "hidden" not in repr(settings)
    assert "hidden" not in str(AzureEventHubs().public_view(settings, PRODUCTION))

"""Every operation has its method, in both clients, and each of them calls what the document says."""

import inspect
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from healthpartner_sdk import AsyncHealthPartner, AsyncMemberClient, HealthPartner, MemberClient, RetryPolicy, sent
from healthpartner_sdk.calls import Call
from healthpartner_sdk.sender import Sender, TenantKey

DOCUMENT = json.loads((Path(__file__).parents[3] / "contracts" / "openapi.json").read_text())
OPERATIONS = [
    (operation["operationId"], {kind for choice in operation["security"] for kind in choice})
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
]
INGEST: dict[str, Any] = {
    "TimeseriesItem": MemberClient.ingest_timeseries,
    "ActivityItem": MemberClient.ingest_activity_summary,
    "BodyItem": MemberClient.ingest_body_summary,
    "SleepItem": MemberClient.ingest_sleep_summary,
    "WorkoutItem": MemberClient.ingest_workout_summary,
}


@pytest.mark.parametrize(("name", "kinds"), OPERATIONS)
def test_an_operation_has_a_method_wherever_its_credential_is(name: str, kinds: set[str]) -> None:
    wanted: list[type] = []
    if kinds != {"member_token"}:
        wanted += [HealthPartner, AsyncHealthPartner]
    if kinds != {"tenant_key"}:
        wanted += [MemberClient, AsyncMemberClient]
    for client in wanted:
        assert callable(getattr(client, name, None)), f"{client.__name__} cannot {name}"


def test_items_are_typed_as_the_document_shows_them() -> None:
    for name in ("TimeseriesItem", "ActivityItem", "BodyItem", "SleepItem", "WorkoutItem"):
        item, shown = getattr(sent, name), DOCUMENT["components"]["schemas"][name]
        assert set(item.__annotations__) == set(shown["properties"])
        assert name in str(inspect.signature(INGEST[name]).parameters["data"].annotation)


def calls_of(client: type[Any]) -> dict[str, Call]:
    """What every method sends, with a value for each argument that it needs."""
    made: dict[str, Call] = {}

    class Recording(client):  # type: ignore[misc]
        user_id = "me"

        def __init__(self) -> None:
            Sender.__init__(self, httpx.Client(), TenantKey("k"), RetryPolicy())

        def _send(self, call: Call, kind: Any) -> None:  # noqa: ARG002
            self.last = call

        def _do(self, call: Call) -> None:
            self.last = call

        _stream = _do

    recording = Recording()
    for name, _ in OPERATIONS:
        method = getattr(recording, name, None)
        if method is None:
            continue
        needed: dict[str, object] = {
            parameter.name: {} if "dict" in str(parameter.annotation) else b"" if parameter.name == "content" else "x/y"
            for parameter in inspect.signature(method).parameters.values()
            if parameter.default is inspect.Parameter.empty
        }
        method(**needed)
        made[name] = recording.last
    return made


def test_methods_call_the_paths_of_the_document() -> None:
    calls = {**calls_of(MemberClient), **calls_of(HealthPartner)}

    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            call = calls[operation["operationId"]]
            assert call.method == method.upper()
            parts = zip(call.path.split("/"), path.split("/"), strict=True)
            for part, template in parts:
                assert part in ({"me", "x%2Fy"} if template.startswith("{") else {template})
            keyed = any(each.get("$ref", "").endswith("/IdempotencyKey") for each in operation["parameters"])
            assert call.keyed == (keyed and method != "get")
            assert call.anonymous == (not operation["security"])

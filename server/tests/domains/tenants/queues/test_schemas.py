"""What the OpenAPI document says about queues, kind by kind."""

from typing import Any

import msgspec
import pytest

from healthpartner.destinations.registry import KINDS
from tests.support.operations import document

SCHEMAS: dict[str, Any] = document()["components"]["schemas"]
QUEUE = document()["paths"]["/v1/admin/org/queues/{queue_name}"]


def body_of(method: str) -> Any:
    return QUEUE[method]["requestBody"]["content"]["application/json"]["schema"]["$ref"]


def answer_of(method: str, status: str) -> Any:
    return QUEUE[method]["responses"][status]["content"]["application/json"]["schema"]["$ref"]


def test_registering_and_replacing_take_the_same_body_and_answer_the_queue() -> None:
    assert body_of("post") == body_of("put") == "#/components/schemas/QueueRegistration"
    assert answer_of("post", "201") == answer_of("put", "200") == answer_of("get", "200")


def test_the_types_are_the_kinds_that_there_are() -> None:
    assert set(SCHEMAS["QueueRegistration"]["properties"]["type"]["enum"]) == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_each_kind_is_described_as_it_is_sent_and_shown_without_what_is_write_only(name: str) -> None:
    kind = KINDS[name]
    fields = {field.name for field in msgspec.structs.fields(kind.Settings)}

    sent = SCHEMAS["QueueRegistration"]["properties"][name]["$ref"].rpartition("/")[2]
    shown = SCHEMAS["Queue"]["properties"][name]["$ref"].rpartition("/")[2]

    assert set(SCHEMAS[sent]["properties"]) == fields
    assert fields - set(SCHEMAS[shown]["properties"]) == kind.write_only

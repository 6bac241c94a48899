import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.compatibility import breaking_changes

Document = dict[str, Any]
Change = Callable[[Document], object]

TEXT: Document = {"type": "string", "minLength": 1, "maxLength": 10, "pattern": "^a"}
DOCUMENT: Document = {
    "info": {"version": "1.0.0"},
    "paths": {
        "/things/{id}": {
            "get": {
                "operationId": "get_thing",
                "security": [{"tenant_key": []}, {"member_token": []}],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "404": {"description": "`not_found`"},
                },
            },
            "put": {
                "operationId": "put_thing",
                "parameters": [{"$ref": "#/components/parameters/Trace"}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewThing"}}}},
                "responses": {"204": {}},
            },
        },
        "/things": {"get": {"operationId": "list_things", "responses": {"200": {}}}},
    },
    "components": {
        "parameters": {"Trace": {"name": "trace", "in": "header", "required": False, "schema": {"type": "string"}}},
        "schemas": {
            "Thing": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "colour": {"enum": ["red", "blue"]},
                    "parent": {"oneOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
                },
                "required": ["name", "colour"],
            },
            "Part": {"type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"]},
            "NewThing": {
                "type": "object",
                "properties": {
                    "name": TEXT,
                    "size": {"type": "number", "minimum": 0, "maximum": 9},
                    "colour": {"enum": ["red", "blue"]},
                    "note": {"oneOf": [{"type": "string"}, {"type": "null"}], "maxLength": 50},
                    "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 5},
                    "labels": {"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
                },
                "required": ["name"],
            },
        },
    },
}


def get(document: Document) -> Document:
    operation: Document = document["paths"]["/things/{id}"]["get"]
    return operation


def put(document: Document) -> Document:
    operation: Document = document["paths"]["/things/{id}"]["put"]
    return operation


def answered(document: Document) -> Document:
    schema: Document = document["components"]["schemas"]["Thing"]
    return schema


def sent(document: Document) -> Document:
    schema: Document = document["components"]["schemas"]["NewThing"]
    return schema


def field(document: Document, name: str) -> Document:
    schema: Document = sent(document)["properties"][name]
    return schema


BREAKING: dict[str, tuple[Change, str]] = {
    "a path": (lambda d: d["paths"].pop("/things"), "/things: removed"),
    "an operation": (lambda d: d["paths"]["/things/{id}"].pop("put"), "PUT /things/{id}: removed"),
    "an operation id": (lambda d: get(d).update(operationId="read_thing"), "operationId"),
    "an answer": (lambda d: get(d)["responses"].pop("404"), "answer 404 removed"),
    "a content type": (lambda d: get(d)["responses"]["200"]["content"].clear(), "no longer as application/json"),
    "a way in": (lambda d: get(d)["security"].pop(), "no longer opens with member_token"),
    "a lock": (lambda d: put(d).update(security=[{"tenant_key": []}]), "now needs tenant_key"),
    "a parameter": (lambda d: get(d)["parameters"].pop(), "query parameter limit removed"),
    "a parameter's need": (
        lambda d: d["components"]["parameters"]["Trace"].update(required=True),
        "header parameter trace is now required",
    ),
    "a new needed parameter": (
        lambda d: get(d)["parameters"].append({"name": "q", "in": "query", "required": True, "schema": {}}),
        "query parameter q is now required",
    ),
    "a parameter's maximum": (
        lambda d: get(d)["parameters"][1]["schema"].update(maximum=50),
        "limit: maximum is now 50",
    ),
    "a parameter's type": (
        lambda d: get(d)["parameters"][1]["schema"].update(type="boolean"),
        "no longer takes integer",
    ),
    "a parameter's format": (
        lambda d: get(d)["parameters"][0]["schema"].update(format="date"),
        "format is now date",
    ),
    "a body": (lambda d: put(d).pop("requestBody"), "takes no body any more"),
    "a body's need": (lambda d: put(d)["requestBody"].update(required=True), "a body is now required"),
    "a new body": (lambda d: get(d).update(requestBody={"required": True}), "a body is now required"),
    "a sent field": (lambda d: sent(d)["properties"].pop("size"), "body.size: removed"),
    "a sent field's need": (lambda d: sent(d)["required"].append("size"), "body.size: now required"),
    "other fields": (lambda d: sent(d).update(additionalProperties=False), "takes no other fields"),
    "a sent minimum": (lambda d: field(d, "size").update(minimum=1), "minimum is now 1"),
    "a new sent bound": (lambda d: field(d, "size").update(exclusiveMaximum=5), "exclusiveMaximum is now 5"),
    "a sent length": (lambda d: field(d, "name").update(minLength=2), "minLength is now 2"),
    "a sent pattern": (lambda d: field(d, "name").update(pattern="^b"), "pattern is now ^b"),
    "a sent length beside a union": (lambda d: field(d, "note").update(maxLength=5), "maxLength is now 5"),
    "a sent null": (lambda d: field(d, "note")["oneOf"].pop(), "no longer takes null"),
    "a sent member": (lambda d: field(d, "colour")["enum"].pop(), "blue is no longer a member"),
    "a new sent enum": (lambda d: field(d, "name").update(enum=["a"]), "name: now only a"),
    "sent items": (lambda d: field(d, "tags")["items"].update(maxLength=3), "tags[]: maxLength is now 3"),
    "sent items' number": (lambda d: field(d, "tags").update(maxItems=3), "maxItems is now 3"),
    "sent map values": (
        lambda d: field(d, "labels")["additionalProperties"].update(type="string"),
        "labels.*: no longer takes integer",
    ),
    "an answered field": (lambda d: answered(d)["properties"].pop("name"), "answer 200.name: removed"),
    "an answered field's presence": (lambda d: answered(d)["required"].remove("name"), "no longer always there"),
    "an answered type": (
        lambda d: answered(d)["properties"]["name"].update(type=["string", "null"]),
        "name: can now also be null",
    ),
    "an answered member": (lambda d: answered(d)["properties"]["colour"]["enum"].pop(0), "red is no longer a member"),
    "a deep answered field": (
        lambda d: d["components"]["schemas"]["Part"]["properties"].pop("size"),
        "parts[].size: removed",
    ),
}

ADDITIVE: dict[str, Change] = {
    "a path": lambda d: d["paths"].update({"/more": {"get": {"responses": {}}}}),
    "an operation": lambda d: d["paths"]["/things"].update(post={"responses": {}}),
    "an answer": lambda d: get(d)["responses"].update({"409": {}}),
    "a way in": lambda d: get(d)["security"].append({"signed_url": []}),
    "no lock": lambda d: get(d).update(security=[]),
    "a free parameter": lambda d: get(d)["parameters"].append({"name": "q", "in": "query", "schema": {}}),
    "a parameter's freedom": lambda d: get(d)["parameters"][1]["schema"].pop("maximum"),
    "a free sent field": lambda d: sent(d)["properties"].update(more={"type": "string"}),
    "a sent field's freedom": lambda d: sent(d)["required"].clear(),
    "a sent maximum": lambda d: field(d, "size").update(maximum=10),
    "a sent member": lambda d: field(d, "colour")["enum"].append("green"),
    "a sent null": lambda d: field(d, "name").update(type=["string", "null"]),
    "no sent pattern": lambda d: field(d, "name").pop("pattern"),
    "a length of nothing": lambda d: field(d, "note").update(minLength=0),
    "an answered field": lambda d: answered(d)["properties"].update(more={"type": "string"}),
    "an answered field's presence": lambda d: answered(d)["required"].append("parts"),
    "an answered member": lambda d: answered(d)["properties"]["colour"]["enum"].append("green"),
    "less answered": lambda d: answered(d)["properties"]["parent"]["oneOf"].pop(),
    "a narrower answer": lambda d: answered(d)["properties"]["name"].update(maxLength=5),
}


@pytest.mark.parametrize("change", BREAKING)
def test_a_change_that_takes_something_away_is_told(change: str) -> None:
    apply, told = BREAKING[change]
    new = copy.deepcopy(DOCUMENT)
    apply(new)
    assert any(told in sentence for sentence in breaking_changes(DOCUMENT, new)), breaking_changes(DOCUMENT, new)


@pytest.mark.parametrize("change", ADDITIVE)
def test_a_change_that_only_adds_is_none(change: str) -> None:
    new = copy.deepcopy(DOCUMENT)
    ADDITIVE[change](new)
    assert breaking_changes(DOCUMENT, new) == []


def test_a_model_that_holds_itself_is_walked_once() -> None:
    assert breaking_changes(DOCUMENT, copy.deepcopy(DOCUMENT)) == []


@given(st.sets(st.sampled_from(sorted(ADDITIVE))))
def test_any_additions_together_break_nothing(additions: set[str]) -> None:
    new = copy.deepcopy(DOCUMENT)
    for addition in sorted(additions):
        ADDITIVE[addition](new)
    assert breaking_changes(DOCUMENT, new) == []

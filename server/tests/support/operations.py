"""Every operation of the OpenAPI document, with requests made up from its schemas."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import msgspec

from healthpartner.core.config.http import HttpSettings
from healthpartner.web.app import create_litestar

WORD = "a word"

# Names in paths that are of a closed set, which the schemas do not tell.
NAMES = {"metric": "steps", "provider_slug": "apple_health_kit", "queue_name": "device_data"}
FORMATS: dict[str, Callable[[], str]] = {
    "uuid": lambda: str(uuid4()),
    "date": lambda: "2026-03-01",
    "date-time": lambda: "2026-03-01T08:00:00Z",
    "uri": lambda: "https://partner.example/x",
}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    name: str
    kinds: frozenset[str]
    parameters: list[dict[str, Any]] = field(repr=False)
    body_schema: dict[str, Any] | None = field(repr=False)

    @property
    def resource_parameters(self) -> list[str]:
        """The path parameters that name something of a tenant or member."""
        return [p["name"] for p in self.parameters if p["in"] == "path" and p["name"] != "user_id"]

    def takes_uuid(self, parameter: str) -> bool:
        return any(p["name"] == parameter and p["schema"].get("format") == "uuid" for p in self.parameters)

    def address(self, user_id: UUID, **resources: object) -> str:
        given: dict[str, object] = {"user_id": user_id, **resources}
        for parameter in self.parameters:
            if parameter["in"] == "path":
                named = None if "enum" in parameter["schema"] else NAMES.get(parameter["name"])
                given.setdefault(parameter["name"], named or sample(parameter["schema"]))
        return self.path.format_map(given)

    def query(self) -> dict[str, Any]:
        return {p["name"]: sample(p["schema"]) for p in self.parameters if p["in"] == "query" and p.get("required")}

    def request(self, word: str = WORD, *, complete: bool = True) -> dict[str, Any]:
        """What httpx needs beside method, address and credentials."""
        request: dict[str, Any] = {"params": self.query()}
        if self.body_schema is not None:
            request["json"] = sample(self.body_schema, word, complete=complete)
        return request


def document() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(create_litestar(HttpSettings()).state.openapi_json)
    return found


def operations() -> list[Operation]:
    return list(_operations(document()))


def _operations(whole: dict[str, Any]) -> Iterator[Operation]:
    for path, item in whole["paths"].items():
        for method, told in item.items():
            content = told.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            parameters = _resolved(told.get("parameters", []), whole)
            kinds = frozenset(kind for choice in told["security"] for kind in choice)
            body = None if schema is None else _resolved(schema, whole)
            yield Operation(method.upper(), path, told["operationId"], kinds, parameters, body)


def _resolved(node: Any, whole: dict[str, Any], depth: int = 0) -> Any:
    """Without references; a schema that contains itself ends after a few rounds."""
    if isinstance(node, list):
        return [_resolved(item, whole, depth) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = whole
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return {} if depth > 8 else _resolved(target, whole, depth + 1)
    return {name: _resolved(value, whole, depth) for name, value in node.items()}


def sample(schema: dict[str, Any], word: str = WORD, *, complete: bool = False) -> Any:
    """A value that fits the schema; `complete` fills the optional fields too."""
    for name in ("const", "default"):
        if schema.get(name) is not None:
            return schema[name]
    for name in ("examples", "enum"):
        if schema.get(name):
            return next(value for value in schema[name] if value is not None)
    for name in ("oneOf", "anyOf", "allOf"):
        if name in schema:
            choices = [choice for choice in schema[name] if choice.get("type") != "null"]
            return sample(choices[0], word, complete=complete)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(name for name in kind if name != "null")
    return _of_kind(kind, schema, word, complete=complete)


def _of_kind(kind: str | None, schema: dict[str, Any], word: str, *, complete: bool) -> Any:
    match kind:
        case "object":
            wanted = schema.get("properties", {})
            names = wanted if complete else schema.get("required", [])
            return {name: sample(wanted[name], word, complete=complete) for name in names}
        case "array":
            return [sample(schema.get("items", {}), word, complete=complete)] * max(1, schema.get("minItems", 1))
        case "boolean":
            return True
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "string":
            return _string(schema, word)
        case _:
            return {}


def _string(schema: dict[str, Any], word: str) -> str:
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]()
    if "@" in schema.get("pattern", ""):
        return f"{word.replace(' ', '-')}@partner.example"
    return word[: schema.get("maxLength", len(word))].ljust(schema.get("minLength", 0), "x")

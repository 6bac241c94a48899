"""Every operation as Markdown, from the OpenAPI document: what the interactive reference shows, for who cannot run it."""

from collections.abc import Iterator
from typing import Any

from healthpartner.portal import sources
from healthpartner.portal.fields import Schema, kind_of, rows_of
from healthpartner.portal.tables import table

Operation = dict[str, Any]

CREDENTIALS = {"tenant_key": "tenant key", "member_token": "member token"}


def operations() -> Iterator[tuple[str, str, Operation]]:
    """Method, path and operation, in the document's order."""
    for path, item in sources.contract("openapi.json")["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict):
                yield method.upper(), path, operation


def grouped() -> dict[str, list[tuple[str, str, Operation]]]:
    """By their group, the groups in alphabetical order."""
    groups: dict[str, list[tuple[str, str, Operation]]] = {}
    for method, path, operation in operations():
        groups.setdefault(operation["tags"][0], []).append((method, path, operation))
    return dict(sorted(groups.items()))


def credential_of(operation: Operation) -> str:
    ways = [CREDENTIALS[name] for way in operation["security"] for name in way]
    return " or ".join(ways) or "none"


def address_in_reference(operation: Operation) -> str:
    """The fragment that the interactive reference gives an operation."""
    tag = operation["tags"][0].lower().replace(" ", "-")
    return f"#tag/{tag}/{operation['operationId']}"


def operation_catalogue() -> str:
    parts = []
    for group, members in grouped().items():
        parts.append(f"## {group}\n")
        parts += [_operation(*member) for member in members]
    return "\n".join(parts)


def _operation(method: str, path: str, operation: Operation) -> str:
    deprecated = "**Deprecated.** " if operation.get("deprecated") else ""
    parts = [
        f"### {method} {path}\n",
        f"{deprecated}{operation.get('summary', '')}. Credential: {credential_of(operation)}.\n",
    ]
    if description := operation.get("description"):
        parts.append(" ".join(description.split()) + "\n")
    if rows := _parameters(operation):
        parts.append(table(["Parameter", "In", "Type", "Meaning"], rows))
    if rows := _body(operation):
        parts.append(table(["Field of the body", "Type", "Meaning"], rows))
    parts.append(table(["Answer", "What it is"], list(_answers(operation))))
    return "\n".join(parts)


def _parameters(operation: Operation) -> list[list[str]]:
    found = []
    for parameter in operation.get("parameters", []):
        if "$ref" in parameter:
            continue
        optional = "" if parameter.get("required") else ", optional"
        kind = kind_of(parameter.get("schema", {}), _schemas()) + optional
        found.append([f"`{parameter['name']}`", parameter["in"], kind, parameter.get("description", "")])
    return found


def _body(operation: Operation) -> list[list[str]]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return []
    schema = _resolved(content["schema"])
    return [[f"`{row.name}`", row.kind, row.meaning] for row in rows_of(schema, _schemas())]


def _answers(operation: Operation) -> Iterator[list[str]]:
    for status, answer in operation["responses"].items():
        schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
        success = status.startswith("2")
        fields = [f"`{row.name}`" for row in rows_of(_resolved(schema), _schemas())] if success else []
        yield [status, ", ".join(fields) or answer["description"]]


def _schemas() -> dict[str, Schema]:
    schemas: dict[str, Schema] = sources.contract("openapi.json")["components"]["schemas"]
    return schemas


def _resolved(schema: Schema) -> Schema:
    return _schemas()[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema

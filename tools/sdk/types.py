"""From JSON Schema to Python annotations."""

from typing import Any

Schema = dict[str, Any]

FORMATS = {"uuid": "UUID", "date": "date", "date-time": "datetime"}
SCALARS = {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}
REFERENCE = "#/components/schemas/"


def name_of(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]


def annotation(schema: Schema, *, closed: bool) -> str:
    """`closed`: enums as literals, for what we send. What we receive may hold members that are added later."""
    if "$ref" in schema:
        return name_of(schema["$ref"])
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        return union([annotation(each, closed=closed) for each in choices])
    if schema.get("enum") or "const" in schema:
        return _enumerated(schema, closed=closed)
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return union([annotation({**schema, "type": kind}, closed=closed) for kind in sorted(kinds, key=_null_last)])
    return _of_kind(kinds, schema, closed=closed)


def _of_kind(kind: str | None, schema: Schema, *, closed: bool) -> str:
    match kind:
        case "array":
            return f"list[{annotation(schema.get('items', {}), closed=closed)}]"
        case "object":
            values = schema.get("additionalProperties")
            return f"dict[str, {annotation(values, closed=closed) if isinstance(values, dict) else 'Any'}]"
        case "string":
            return FORMATS.get(schema.get("format", ""), "str")
        case _:
            return SCALARS.get(str(kind), "Any")


def is_optional(text: str) -> bool:
    return text == "Any" or text.endswith("| None")


def _enumerated(schema: Schema, *, closed: bool) -> str:
    values = schema.get("enum") or [schema["const"]]
    named = [value for value in values if value is not None]
    text = f"Literal[{', '.join(repr(value) for value in named)}]" if closed else type(named[0]).__name__
    return f"{text} | None" if None in values else text


def union(parts: list[str]) -> str:
    named = [part.removesuffix(" | None") for part in parts if part != "None"]
    distinct = list(dict.fromkeys(named))
    if "Any" in distinct:
        return "Any"
    nothing = "None" in parts or any(part.endswith(" | None") for part in parts)
    return " | ".join([*distinct, "None"] if nothing else distinct)


def _null_last(kind: str) -> bool:
    return kind == "null"

"""The fields of a JSON Schema object, as rows for a table."""

from typing import Any

from msgspec import Struct

Schema = dict[str, Any]


class Row(Struct, frozen=True):
    name: str
    kind: str
    meaning: str


def rows_of(schema: Schema, definitions: dict[str, Schema], prefix: str = "") -> list[Row]:
    """Fields of nested objects follow with dotted names."""
    required = set(schema.get("required", ()))
    found: list[Row] = []
    for name, field in schema.get("properties", {}).items():
        optional = "" if name in required else ", optional"
        found.append(Row(prefix + name, kind_of(field, definitions) + optional, field.get("description", "")))
        nested = _object_of(field, definitions)
        if nested is not None:
            found += rows_of(nested, definitions, f"{prefix}{name}.")
    return found


def resolved(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    return definitions[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema


def kind_of(schema: Schema, definitions: dict[str, Schema]) -> str:
    plain = resolved(schema, definitions)
    if options := plain.get("anyOf") or plain.get("oneOf"):
        return " or ".join(dict.fromkeys(kind_of(option, definitions) for option in options))
    if "const" in plain:
        return f"`{plain['const']}`"
    if "enum" in plain:
        return ", ".join(f"`{member}`" for member in plain["enum"])
    if plain.get("type") == "array":
        return f"array of {kind_of(plain.get('items', {}), definitions)}"
    return str(plain.get("format") or plain.get("type") or "any")


def _object_of(schema: Schema, definitions: dict[str, Schema]) -> Schema | None:
    plain = resolved(schema, definitions)
    if plain.get("type") == "array":
        plain = resolved(plain.get("items", {}), definitions)
    return plain if plain.get("type") == "object" and "properties" in plain else None

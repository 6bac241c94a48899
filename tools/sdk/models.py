"""The SDK's models: what operations answer, and the data of events."""

from collections.abc import Iterable, Mapping
from typing import Any

from tools.sdk.types import annotation, is_optional

HEAD = '''"""{about}

Written by `make contracts`; change nothing here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
'''

ENVELOPES = ("DataOf", "PageOf")


def models(document: Mapping[str, Any]) -> str:
    """Every schema that an answer can hold, the envelopes apart."""
    schemas = document["components"]["schemas"]
    wanted = [name for name in _answered(document) if not name.startswith(ENVELOPES)]
    parts = [HEAD.format(about="What operations answer.")]
    parts += [struct(name, schemas[name]) for name in sorted(wanted)]
    return "\n\n".join(parts) + "\n"


def struct(name: str, schema: Mapping[str, Any], fixed: Iterable[str] = ()) -> str:
    """A frozen Struct; `fixed` are lines that come before the fields."""
    lines = [f"class {name}(Struct, frozen=True, kw_only=True):"]
    lines += documented(schema)
    lines += [f"    {line}" for line in fixed]
    required = set(schema.get("required", ()))
    fields = [_field(key, value, required=key in required) for key, value in schema.get("properties", {}).items()]
    lines += [f"    {line}" for line in fields]
    if len(lines) == 1:
        lines.append("    pass")
    return "\n".join(lines)


def _field(name: str, schema: Mapping[str, Any], *, required: bool) -> str:
    text = annotation(dict(schema), closed=False)
    if required:
        return f"{name}: {text}"
    return f"{name}: {text if is_optional(text) else text + ' | None'} = None"


def documented(schema: Mapping[str, Any]) -> list[str]:
    about = schema.get("description")
    return [f'    """{_docstring(about)}"""', ""] if about else []


def _answered(document: Mapping[str, Any]) -> set[str]:
    """Names of schemas that are reached from a successful answer."""
    answers = [
        answer.get("content", {})
        for item in document["paths"].values()
        for operation in item.values()
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    ]
    return reached(document, answers)


def reached(document: Mapping[str, Any], nodes: Iterable[Any]) -> set[str]:
    """Names of schemas that these parts of the document lead to."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).rsplit("/", 1)[-1]
            if name and name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
            waiting += node.values()
    return found


def _docstring(text: str) -> str:
    return " ".join(text.replace("\\", "\\\\").replace('"""', "'''").split())

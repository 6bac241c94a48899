"""The SDK's types of what operations take: plain dictionaries, of which a type checker knows the fields."""

import re
from collections.abc import Mapping
from typing import Any

from tools.sdk.models import documented, reached
from tools.sdk.types import annotation

HEAD = '''"""What operations take: dictionaries with these fields.

Written by `make contracts`; change nothing here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, NotRequired, TypedDict
from uuid import UUID
'''

# These may be sent as texts, too.
TEXTUAL = re.compile(r"\b(datetime|date|UUID)\b")


def sent(document: Mapping[str, Any]) -> str:
    """Every schema within the fields of a body."""
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]["content"]["application/json"]["schema"]
        for item in document["paths"].values()
        for operation in item.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]
    wholes = [schemas[str(body["$ref"]).rsplit("/", 1)[-1]] if "$ref" in body else body for body in bodies]
    wanted = reached(document, [whole.get("properties", {}) for whole in wholes])
    return "\n\n".join([HEAD, *(_typed(name, schemas[name]) for name in sorted(wanted))]) + "\n"


def _typed(name: str, schema: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    lines = [f"class {name}(TypedDict):", *documented(schema)]
    for key, value in schema.get("properties", {}).items():
        text = TEXTUAL.sub(r"\1 | str", annotation(dict(value), closed=True))
        lines.append(f"    {key}: {text if key in required else f'NotRequired[{text}]'}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "    pass"])

"""Shapes in the OpenAPI document that a domain declares beside its handlers' own types, where those say less than
partners need to know.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from healthpartner.core.http.envelopes import Data

# A generic alias, applied at run time.
ENVELOPE: Any = Data
REFERENCE = "#/components/schemas/{name}"


def describe(raw: dict[str, Any], shapes: Mapping[str, tuple[Any, Any]]) -> None:
    """Puts the declared shapes into the document, and takes out what nothing names any more."""
    operations = {op["operationId"]: op for item in raw["paths"].values() for op in item.values()}
    wanted = [shape for body, answer in shapes.values() for shape in (body, ENVELOPE[answer]) if shape is not None]
    schemas, components = msgspec.json.schema_components(wanted, ref_template=REFERENCE)
    raw["components"]["schemas"].update(components)
    found = iter(schemas)
    for name, (body, _) in shapes.items():
        operation = operations[name]
        if body is not None:
            operation["requestBody"]["content"]["application/json"]["schema"] = next(found)
        success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        success["content"]["application/json"]["schema"] = next(found)
    _take_out_unused(raw)


def _take_out_unused(raw: dict[str, Any]) -> None:
    text = msgspec.json.encode(raw).decode()
    schemas = raw["components"]["schemas"]
    for name in [name for name in schemas if f'"{REFERENCE.format(name=name)}"' not in text]:
        del schemas[name]

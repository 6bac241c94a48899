"""Shapes in the OpenAPI document that a domain declares beside its handlers' own types, where those say less than
partners need to know.
"""

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any

import msgspec
from msgspec import Meta, Struct

from healthpartner.core.http.envelopes import Data

# A generic alias, applied at run time.
ENVELOPE: Any = Data
REFERENCE = "#/components/schemas/{name}"
_SHAPE = "decoded_as"


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


def decoded_as(shape: Any, description: str) -> Meta:
    """For a field of a body that is kept as it came: what a handler will decode it as."""
    return Meta(description=description, extra={_SHAPE: shape})


def describe_undecoded(raw: dict[str, Any], models: Iterable[Any]) -> None:
    """Puts the shapes of such fields into the models that are in the document."""
    schemas = raw["components"]["schemas"]
    for model in models:
        for name, meta in _undecoded(model):
            (schema,), components = msgspec.json.schema_components([meta.extra[_SHAPE]], ref_template=REFERENCE)
            schemas.update({part: _tidy(component) for part, component in components.items()})
            schemas[model.__name__]["properties"][name] = {**schema, "description": meta.description}


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the indentation of the docstring."""
    return {**schema, "description": cleandoc(schema["description"])} if "description" in schema else schema


def _undecoded(model: Any) -> Iterable[tuple[str, Any]]:
    if not (isinstance(model, type) and issubclass(model, Struct)):
        return
    for field in msgspec.structs.fields(model):
        for meta in getattr(field.type, "__metadata__", ()):
            if isinstance(meta, Meta) and meta.extra and _SHAPE in meta.extra:
                yield field.encode_name, meta


def _take_out_unused(raw: dict[str, Any]) -> None:
    text = msgspec.json.encode(raw).decode()
    schemas = raw["components"]["schemas"]
    for name in [name for name in schemas if f'"{REFERENCE.format(name=name)}"' not in text]:
        del schemas[name]

"""Request bodies: decoded in one pass, and, only when that fails, gone through field by field to list every fault."""

import re
import types
import typing
from typing import Any, TypeVar

import msgspec
from msgspec import NODEFAULT, Struct

from healthpartner.core.errors import Detail, InvalidRequest, UnsupportedMediaType, ValidationFailed

T = TypeVar("T")
Text = bytes | msgspec.Raw

MOST_DETAILS = 100
NOT_JSON = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
AT = re.compile(r" - at `(?:key` in `)?\$?\.?(.*)`$")
CODES = (
    (re.compile(r"missing required field"), "required"),
    (re.compile(r"length >="), "too_short"),
    (re.compile(r"length <="), "too_long"),
    (re.compile(r"`(?:int|float|number)` (?:[<>]=?|that's)"), "out_of_range"),
    (re.compile(r"Invalid enum value"), "unknown_value"),
)
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_list = msgspec.json.Decoder(list[msgspec.Raw])


def decode(body: bytes, content_type: str | None, model: Any) -> Any:
    """The body as `model`; raises `UnsupportedMediaType`, `InvalidRequest` or `ValidationFailed`."""
    kind = (content_type or "application/json").split(";", 1)[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMediaType("Send application/json.")
    text = body or b"{}"
    try:
        # What is kept undecoded is skipped, whatever its bytes are.
        text.decode()
        return _decoder(model).decode(text)
    except msgspec.ValidationError:
        raw = _plain(text)
    except NOT_JSON:
        raise InvalidRequest("The body is not valid JSON.") from None
    if not isinstance(raw, dict):
        raise InvalidRequest("The body must be a JSON object.")
    try:
        found = faults(text, model)
    except NOT_JSON:
        # Each step into it needs some of the stack that is left.
        raise InvalidRequest("The body is not valid JSON.") from None
    raise ValidationFailed(details=tuple(found)[:MOST_DETAILS])


def _plain(text: bytes) -> Any:
    """A wrong type is noticed before the end of the text, where there may be no JSON any more."""
    try:
        return msgspec.json.decode(text)
    except NOT_JSON:
        raise InvalidRequest("The body is not valid JSON.") from None


DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}


def _decoder(model: Any) -> msgspec.json.Decoder[Any]:
    if model not in DECODERS:
        DECODERS[model] = msgspec.json.Decoder(model)
    return DECODERS[model]


def faults(text: Text, model: Any, path: str = "") -> list[Detail]:
    """Every field of a JSON text that `model` refuses. What is within stays text, too: so a field is read here as it was
    when the body was decoded, and one that is kept undecoded takes everything.
    """
    if (struct := _struct_type(model)) is not None and (fields := _opened(_object, text)) is not None:
        return _struct_faults(text, fields, struct, path)
    if (item := _item_type(model)) is not None and (values := _opened(_list, text)) is not None:
        found = [fault for index, value in enumerate(values) for fault in faults(value, item, f"{path}.{index}")]
        if found:
            return found
    return _fault_of(text, model, path)


def _opened(decoder: msgspec.json.Decoder[T], text: Text) -> T | None:
    """None for what is of another type."""
    try:
        return decoder.decode(text)
    except msgspec.ValidationError:
        return None


def _struct_faults(text: Text, fields: dict[str, msgspec.Raw], model: type[Struct], path: str) -> list[Detail]:
    found: list[Detail] = []
    hints = typing.get_type_hints(model, include_extras=True)
    for field in msgspec.structs.fields(model):
        name = f"{path}.{field.encode_name}" if path else field.encode_name
        if field.encode_name in fields:
            found += faults(fields[field.encode_name], hints[field.name], name)
        elif field.default is NODEFAULT and field.default_factory is NODEFAULT:
            found.append(Detail(name, "required", "this field is required"))
    return found or _fault_of(text, model, path)


def _struct_type(model: Any) -> type[Struct] | None:
    """The object type, through optional; None where there is none or where it is one of several."""
    if isinstance(model, type) and issubclass(model, Struct):
        return model
    options = [option for option in typing.get_args(model) if _struct_type(option) is not None]
    is_union = typing.get_origin(model) in {typing.Union, types.UnionType}
    return options[0] if is_union and len(options) == 1 else None


def _item_type(model: Any) -> Any:
    """The type of a list's items, through `Annotated` and optional."""
    if typing.get_origin(model) is typing.Annotated:
        return _item_type(typing.get_args(model)[0])
    if typing.get_origin(model) is list:
        return typing.get_args(model)[0]
    for option in typing.get_args(model):
        if typing.get_origin(option) in {list, typing.Annotated} and (item := _item_type(option)) is not None:
            return item
    return None


def _fault_of(text: Text, model: Any, path: str) -> list[Detail]:
    try:
        msgspec.json.decode(text, type=model)
    except msgspec.ValidationError as error:
        return [explained(str(error), path)]
    return []


def explained(message: str, path: str) -> Detail:
    """A message of the modelling library as a detail; values that it quotes are left out."""
    where = AT.search(message)
    inner = where.group(1).replace("[", ".").replace("]", "").lstrip(".") if where else ""
    text = AT.sub("", message)
    code = next((code for pattern, code in CODES if pattern.search(text)), "invalid_value")
    if code == "unknown_value":
        text = "not one of the values allowed here"
    field = ".".join(part for part in (path, inner) if part)
    return Detail(field or "body", code, text[:1].lower() + text[1:])

"""The form of a destination, made from the settings that its kind declares, and read back into a request for it."""

import types
import typing
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import NODEFAULT, Struct

from healthpartner.core.errors import Detail, ValidationFailed
from healthpartner.destinations.contract import Kind

WORDS = {"arn": "ARN", "url": "URL", "sas": "SAS", "tls": "TLS", "sasl": "SASL", "ca": "CA", "id": "id", "nkey": "NKey"}
LONG_TEXTS = {"ca_certificate", "creds"}
SECRET_WORDS = {"password", "token", "secret", "seed", "creds", "key"}


class Field(Struct, frozen=True):
    """`kind`: text, secret, number, lines, long, json, choice or switch."""

    name: str
    label: str
    kind: str
    required: bool
    choices: tuple[str, ...] = ()
    value: str = ""


def fields_of(kind: Kind, prefix: str) -> list[Field]:
    return _fields(kind.Settings, prefix, kind.write_only, required=True)


def _fields(model: type[Struct], prefix: str, secret: frozenset[str], *, required: bool) -> list[Field]:
    found: list[Field] = []
    for field in msgspec.structs.fields(model):
        name, plain = f"{prefix}.{field.encode_name}", _without_none(field.type)
        needed = required and field.default is NODEFAULT and field.default_factory is NODEFAULT
        if _is_struct(plain) and not needed:
            found += _fields(plain, name, secret, required=False)
            continue
        shape = _shape(plain, field.encode_name, secret | ({"*"} if field.encode_name in secret else set()))
        default = field.default if isinstance(field.default, (str, bool)) else ""
        found.append(
            Field(name, _label(name, prefix), shape, needed, tuple(map(str, typing.get_args(plain))), str(default))
        )
    return found


def body_of(kind: Kind, form: Mapping[str, str]) -> dict[str, Any]:
    """The request that registers the destination, from the fields that were filled in."""
    settings: dict[str, Any] = {}
    for field in fields_of(kind, kind.type):
        text = form.get(field.name, "").strip()
        path = field.name.split(".")[1:]
        value = _value(field, text)
        if value is not None:
            place = settings
            for part in path[:-1]:
                place = place.setdefault(part, {})
            place[path[-1]] = value
    return {"type": kind.type, kind.type: settings}


def _value(field: Field, text: str) -> Any:
    if field.kind == "switch":
        return text == "on"
    if not text:
        return None
    if field.kind == "lines":
        return [line.strip() for line in text.replace(",", "\n").split("\n") if line.strip()]
    if field.kind in {"number", "json"}:
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            raise ValidationFailed(details=(Detail(field.name, "invalid_value", "This cannot be read."),)) from None
    return text


def _without_none(model: Any) -> Any:
    if typing.get_origin(model) in {typing.Union, types.UnionType}:
        (plain, *others) = [option for option in typing.get_args(model) if option is not type(None)]
        return plain if not others else str
    return model


def _is_struct(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Struct)


def _shape(model: Any, name: str, secret: frozenset[str]) -> str:
    if _is_struct(model):
        return "json"
    if typing.get_origin(model) is typing.Literal:
        return "choice"
    if typing.get_origin(model) is list:
        return "lines"
    if model in {bool, int}:
        return "switch" if model is bool else "number"
    if name in LONG_TEXTS:
        return "long"
    return "secret" if name in secret or (SECRET_WORDS & set(name.split("_")) and name != "routing_key") else "text"


def _label(name: str, prefix: str) -> str:
    words = name.removeprefix(f"{prefix}.").replace(".", " ").split("_")
    text = " ".join(WORDS.get(word, word) for part in words for word in part.split())
    return text[:1].upper() + text[1:]

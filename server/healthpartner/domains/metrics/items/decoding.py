"""The items of a call: all at once where all are well-formed, else one by one, each with its own fault."""

import re
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from healthpartner.core.errors import PayloadTooLarge, invalid
from healthpartner.domains.metrics.items.schemas import ItemError, ItemResult

T = TypeVar("T", bound=Struct)

_BOUND = re.compile(r"Expected `(?:float|int)` [<>]=?")
_INDEX = re.compile(r"\[(\d+|\.\.\.)\]")
_MISSING = re.compile(r"missing required field `(\w+)`")
# What is nested deeper than the stack that is left here is no item.
_NO_ITEM = (msgspec.DecodeError, RecursionError)
_each = msgspec.json.Decoder(list[msgspec.Raw])
_any = msgspec.json.Decoder()


class Decoded(Struct, Generic[T], frozen=True):
    """Well-formed items, each with its place in the call, and the results of the others by place.

    `malformed` are those others as they came, where they are objects.
    """

    items: list[T]
    places: list[int]
    rejected: dict[int, ItemResult]
    malformed: dict[int, dict[str, Any]]


class ItemDecoder(Generic[T]):
    """For items of one kind, at most so many a call."""

    def __init__(self, kind: type[T], most: int) -> None:
        self._all: msgspec.json.Decoder[list[T]] = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
        self._one: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)
        self._most = most

    def decode(self, data: msgspec.Raw) -> Decoded[T]:
        """Raises ValidationFailed for what is no list, PayloadTooLarge for too many."""
        try:
            items = self._all.decode(data)
        except _NO_ITEM:
            return self._one_by_one(data)
        self._check_size(items)
        return Decoded(items, list(range(len(items))), {}, {})

    def _one_by_one(self, data: msgspec.Raw) -> Decoded[T]:
        try:
            raw = _each.decode(data)
        except _NO_ITEM:
            raise invalid("data", "invalid_value", "a list of items is needed") from None
        self._check_size(raw)
        found: Decoded[T] = Decoded([], [], {}, {})
        for place, text in enumerate(raw):
            try:
                item = self._one.decode(text)
            except _NO_ITEM as fault:
                found.malformed[place] = _plain(text)
                found.rejected[place] = _explained(fault, found.malformed[place])
            else:
                found.items.append(item)
                found.places.append(place)
        return found

    def _check_size(self, items: Sequence[object]) -> None:
        if len(items) > self._most:
            raise PayloadTooLarge(f"At most {self._most} items a call.")


def rejected(client_id: str | None, fault: ItemError) -> ItemResult:
    return ItemResult(client_id, "rejected", error=fault)


def _plain(text: msgspec.Raw) -> dict[str, Any]:
    try:
        value = _any.decode(text)
    except _NO_ITEM:
        return {}
    return value if isinstance(value, dict) else {}


def _explained(fault: Exception, plain: dict[str, Any]) -> ItemResult:
    """The library's messages name fields and types, never values."""
    client_id = plain.get("client_id")
    known = client_id if isinstance(client_id, str) else None
    message, _, where = str(fault).partition(" - at `$")
    parent = _INDEX.sub(r".\1", where).strip("`.")
    missing = _MISSING.search(message)
    if missing is not None:
        field = ".".join(part for part in (parent, missing[1]) if part)
        return rejected(known, ItemError("required", "this field is required", field))
    code = "out_of_range" if _BOUND.match(message) else "invalid_value"
    return rejected(known, ItemError(code, message[:1].lower() + message[1:], parent or None))

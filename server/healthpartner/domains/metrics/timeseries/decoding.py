"""The items of a call: all at once where all are well-formed, else one by one, each with its own fault."""

from typing import Any

import msgspec
from msgspec import Struct

from healthpartner.canonical.metrics import Metric
from healthpartner.core.errors import Detail, PayloadTooLarge, ValidationFailed, invalid
from healthpartner.domains.metrics.timeseries.schemas import MOST_ITEMS, ItemError, ItemResult, TimeseriesItem

MOST_DETAILS = 100

_all = msgspec.json.Decoder(list[TimeseriesItem])
_each = msgspec.json.Decoder(list[msgspec.Raw])
_one = msgspec.json.Decoder(TimeseriesItem)
_any = msgspec.json.Decoder()


class Decoded(Struct, frozen=True):
    """Well-formed items, each with its place in the call, and the results of the others by place."""

    items: list[TimeseriesItem]
    places: list[int]
    rejected: dict[int, ItemResult]


def decode(data: msgspec.Raw, metric: Metric) -> Decoded:
    """Raises ValidationFailed for what is no list and for units of another quantity, PayloadTooLarge for too many."""
    try:
        items = _all.decode(data)
    except msgspec.DecodeError:
        return _one_by_one(data, metric)
    _check_size(len(items))
    if not {item.unit for item in items} <= metric.units.keys():
        raise _wrong_units(metric, [item.unit for item in items])
    return Decoded(items, list(range(len(items))), {})


def rejected(client_id: str | None, code: str, message: str, field: str | None = None) -> ItemResult:
    return ItemResult(client_id, "rejected", error=ItemError(code, message, field))


def _one_by_one(data: msgspec.Raw, metric: Metric) -> Decoded:
    try:
        raw = _each.decode(data)
    except msgspec.DecodeError:
        raise invalid("data", "invalid_value", "a list of items is needed") from None
    _check_size(len(raw))
    found = Decoded([], [], {})
    units: list[Any] = []
    for place, text in enumerate(raw):
        try:
            item = _one.decode(text)
        except msgspec.DecodeError as fault:
            plain = _plain(text)
            units.append(plain.get("unit"))
            found.rejected[place] = _explained(fault, plain)
        else:
            units.append(item.unit)
            found.items.append(item)
            found.places.append(place)
    if any(isinstance(unit, str) and unit not in metric.units for unit in units):
        raise _wrong_units(metric, units)
    return found


def _check_size(items: int) -> None:
    if items > MOST_ITEMS:
        raise PayloadTooLarge(f"At most {MOST_ITEMS} items a call.")


def _wrong_units(metric: Metric, units: list[Any]) -> ValidationFailed:
    message = f"{metric.slug} is measured in {metric.unit}"
    details = (
        Detail(f"data.{place}.unit", "unknown_value", message)
        for place, unit in enumerate(units)
        if isinstance(unit, str) and unit not in metric.units
    )
    return ValidationFailed(details=tuple(details)[:MOST_DETAILS])


def _plain(text: msgspec.Raw) -> dict[str, Any]:
    try:
        value = _any.decode(text)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _explained(fault: msgspec.DecodeError, plain: dict[str, Any]) -> ItemResult:
    """The library's messages name fields and types, never values."""
    client_id = plain.get("client_id")
    known = client_id if isinstance(client_id, str) else None
    message, _, where = str(fault).partition(" - at `$")
    field = where.strip("`.") or None
    for name in ("client_id", "start", "unit"):
        if f"missing required field `{name}`" in message:
            return rejected(known, "required", "this field is required", name)
    return rejected(known, "invalid_value", message[:1].lower() + message[1:], field)

"""The items of a call in columns. All are of one metric: a unit of another quantity refuses the whole call."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import astuple

from healthpartner.canonical.metrics import Metric
from healthpartner.core.errors import Detail, ValidationFailed
from healthpartner.domains.metrics.items.decoding import ItemDecoder
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.timeseries.schemas import MOST_ITEMS, TimeseriesItem

MOST_DETAILS = 100

_decoder = ItemDecoder(TimeseriesItem, MOST_ITEMS)
_FIELDS = TimeseriesItem.__struct_fields__

# By the names of the items' fields.
Columns = Mapping[str, Sequence[Any]]


class Decoded(NamedTuple):
    """The well-formed items with their places in the call, and the results of the others by place."""

    columns: Columns
    places: list[int]
    rejected: dict[int, ItemResult]


def decode(data: msgspec.Raw, metric: Metric) -> Decoded:
    """Raises ValidationFailed for what is no list and for units of another quantity, PayloadTooLarge for too many."""
    decoded = _decoder.decode(data)
    columns = columns_of(decoded.items)
    malformed = {place: plain.get("unit") for place, plain in decoded.malformed.items()}
    if not set(columns["unit"]) <= metric.units.keys() or any(_is_wrong(unit, metric) for unit in malformed.values()):
        sound = zip(decoded.places, columns["unit"], strict=True)
        raise _wrong_units(metric, {**dict(sound), **malformed})
    return Decoded(columns, decoded.places, decoded.rejected)


def columns_of(items: Sequence[TimeseriesItem]) -> Columns:
    # One after the other: a thousand tuples at a time would set off a collection of garbage.
    values = list(chain.from_iterable(map(astuple, items)))
    return {name: values[at :: len(_FIELDS)] for at, name in enumerate(_FIELDS)}


def _is_wrong(unit: Any, metric: Metric) -> bool:
    return isinstance(unit, str) and unit not in metric.units


def _wrong_units(metric: Metric, units: dict[int, Any]) -> ValidationFailed:
    message = f"{metric.slug} is measured in {metric.unit}"
    details = (
        Detail(f"data.{place}.unit", "unknown_value", message)
        for place, unit in sorted(units.items())
        if _is_wrong(unit, metric)
    )
    return ValidationFailed(details=tuple(details)[:MOST_DETAILS])

"""The items of a call, which are all of one metric: a unit of another quantity refuses the whole call."""

from operator import attrgetter
from typing import Any

import msgspec

from healthpartner.canonical.metrics import Metric
from healthpartner.core.errors import Detail, ValidationFailed
from healthpartner.domains.metrics.items.decoding import Decoded, ItemDecoder
from healthpartner.domains.metrics.timeseries.schemas import MOST_ITEMS, TimeseriesItem

MOST_DETAILS = 100

_decoder = ItemDecoder(TimeseriesItem, MOST_ITEMS)
_unit = attrgetter("unit")


def decode(data: msgspec.Raw, metric: Metric) -> Decoded[TimeseriesItem]:
    """Raises ValidationFailed for what is no list and for units of another quantity, PayloadTooLarge for too many."""
    decoded = _decoder.decode(data)
    known = metric.units.keys()
    malformed = {place: plain.get("unit") for place, plain in decoded.malformed.items()}
    if not set(map(_unit, decoded.items)) <= known or any(_is_wrong(unit, metric) for unit in malformed.values()):
        sound = zip(decoded.places, [item.unit for item in decoded.items], strict=True)
        raise _wrong_units(metric, {**dict(sound), **malformed})
    return decoded


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

"""What raw rows and bucket rows have in common."""

from typing import Any

from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import Float64s
from healthpartner.domains.metrics.timeseries.rules import SERIES_FIELDS

DECIMALS = 6

_PREFIXES = frozenset(SERIES_FIELDS.values())


def values(metric: Metric, first: Float64s, second: Float64s | None) -> list[dict[str, Any]]:
    """The values of each row under the names of their components, rounded."""
    columns = [first] if second is None else [first, second]
    rounded = [column.round(DECIMALS).tolist() for column in columns]
    return [dict(zip(metric.components, numbers, strict=True)) for numbers in zip(*rounded, strict=True)]


def series_fields(device: str | None) -> dict[str, Any]:
    """The device, or the field that the device column holds in its place."""
    if not device:
        return {}
    field, _, label = device.partition(":")
    return {field: label} if label and field in _PREFIXES else {"device": device}

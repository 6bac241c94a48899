"""Conversion of values to a metric's canonical unit."""

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metric import Conversion, Metric
from healthpartner.canonical.unit_families import FRACTION

Float64s = NDArray[np.float64]

_DECIMALS = 6


class UnknownUnit(ValueError):
    """The metric is not measured in this unit."""

    def __init__(self, metric: Metric, unit: str) -> None:
        self.metric = metric
        self.unit = unit
        super().__init__(f"{metric.slug} is measured in {metric.unit}")


def conversion(metric: Metric, unit: str) -> Conversion:
    """(factor, offset) that turn `unit` into the canonical unit. Raises UnknownUnit."""
    found = metric.units.get(unit)
    if found is None:
        raise UnknownUnit(metric, unit)
    return found


@overload
def convert(metric: Metric, value: float, unit: str) -> float: ...
@overload
def convert(metric: Metric, value: Float64s, unit: str) -> Float64s: ...
def convert(metric: Metric, value: float | Float64s, unit: str) -> float | Float64s:
    """`value` (one or an array) in the canonical unit; a value already in it comes back untouched."""
    factor, offset = conversion(metric, unit)
    if factor == 1.0 and offset == 0.0:
        return value
    return value * factor + offset


def health_kit_unit(unit: str) -> str:
    """A unit as HealthKit spells it, made fit for `convert`: its `%` stands for 0 to 1."""
    return FRACTION if unit == "%" else unit


def place_of(metric: Metric, unit: str) -> int:
    """Where an accepted unit stands among the metric's; the canonical one is the first."""
    return list(metric.units).index(unit)


def unit_at(metric: Metric, place: int) -> str:
    return list(metric.units)[place]


def told_in(metric: Metric, value: float, unit: str) -> float:
    """A canonical value as it was told in another unit."""
    factor, offset = conversion(metric, unit)
    return (value - offset) / factor


def original(metric: Metric, place: int, value: float) -> dict[str, Any]:
    """As the source told it, where that was in another unit; of two components the unit alone."""
    if not place:
        return {}
    unit = unit_at(metric, place)
    told = {} if metric.has_second else {"original_value": round(told_in(metric, value, unit), _DECIMALS)}
    return {**told, "original_unit": unit}


def is_plausible(metric: Metric, value: float) -> bool:
    """Whether a canonical value lies within the metric's bounds; NaN does not."""
    return metric.minimum <= value <= metric.maximum

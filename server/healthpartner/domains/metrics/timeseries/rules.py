"""Which items of a call are sound. Columns in, arrays out."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import DAY_MS, Float64s, Int16s, Int64s, SampleBatch
from healthpartner.canonical.units import conversion, place_of
from healthpartner.domains.metrics.items import instants
from healthpartner.domains.metrics.items.instants import EARLIEST_MS
from healthpartner.domains.metrics.items.schemas import ItemError
from healthpartner.domains.metrics.timeseries.decoding import Columns

LONGEST_MS = 31 * DAY_MS

# What tells series of one metric and provider apart, and how the device column says so.
SERIES_FIELDS = {"ecg_voltage": "lead", "body_temperature_delta": "sensor_location"}

Mask = NDArray[np.bool_]
Checks = list[tuple[Mask, ItemError]]

_NO_START = ItemError("invalid_value", "an instant with Z or an offset is needed", "start")
_NO_END = ItemError("invalid_value", "an instant with Z or an offset is needed", "end")
_START_OUT_OF_RANGE = ItemError("out_of_range", "from the year 1900 to tomorrow", "start")
_END_OUT_OF_RANGE = ItemError("out_of_range", "at the latest tomorrow", "end")
_REVERSED = ItemError("invalid_value", "the end is before the start", "end")
_TOO_LONG = ItemError("out_of_range", "at most 31 days after the start", "end")


class Examined(NamedTuple):
    """All items in columns, in their order; only those that are not in `faults` are sound."""

    batch: SampleBatch
    faults: dict[int, ItemError]


class Series(NamedTuple):
    """How the source's device column names the series that there are: `lead:II`, or nothing; which of them each item is of."""

    names: list[str]
    of: NDArray[np.intp]


def examine(columns: Columns, metric: Metric, now_ms: int) -> Examined:
    """Units are known to be right. A component's bounds hold for each component."""
    starts, ends = columns["start"], columns["end"]
    start_ms, offset_minutes = instants.parse(starts)
    checks = _start_checks(start_ms, now_ms + DAY_MS)
    end_ms = start_ms
    if ends.count(None) < len(ends):
        end_ms, _ = instants.parse([start if end is None else end for start, end in zip(starts, ends, strict=True)])
        checks += _end_checks(start_ms, end_ms, now_ms + DAY_MS)
    values = [_values(columns, name, metric) for name in metric.components]
    for name, each in zip(metric.components, values, strict=True):
        checks += _value_checks(each, name, metric)
    second = values[1] if metric.has_second else None
    if second is not None:
        first, other = metric.components
        checks.append((second > values[0], ItemError("invalid_value", f"{other} is above {first}", other)))
    batch = SampleBatch(metric, start_ms, end_ms - start_ms, values[0], second, offset_minutes, _units(columns, metric))
    return Examined(batch, _first_faults(checks))


def series_of(columns: Columns, metric: Metric) -> Series:
    field = SERIES_FIELDS.get(metric.slug)
    if field is None:
        return Series([""], np.zeros(len(columns["start"]), np.intp))
    labels = [f"{field}:{label}" if label else "" for label in columns[field]]
    numbers = {name: number for number, name in enumerate(sorted(set(labels)))}
    return Series(list(numbers), np.array([numbers[label] for label in labels], np.intp))


def _start_checks(start_ms: Int64s, latest: int) -> Checks:
    return [
        (start_ms == instants.INVALID, _NO_START),
        ((start_ms < EARLIEST_MS) | (start_ms > latest), _START_OUT_OF_RANGE),
    ]


def _end_checks(start_ms: Int64s, end_ms: Int64s, latest: int) -> Checks:
    return [
        (end_ms == instants.INVALID, _NO_END),
        (end_ms > latest, _END_OUT_OF_RANGE),
        (end_ms < start_ms, _REVERSED),
        (end_ms > start_ms + LONGEST_MS, _TOO_LONG),
    ]


def _value_checks(values: Float64s, name: str, metric: Metric) -> Checks:
    outside = (values < metric.minimum) | (values > metric.maximum)
    return [(np.isnan(values), _missing(name)), (outside, _out_of_bounds(name, metric))]


@lru_cache
def _missing(name: str) -> ItemError:
    return ItemError("required", "this field is required", name)


@lru_cache
def _out_of_bounds(name: str, metric: Metric) -> ItemError:
    return ItemError("out_of_range", f"from {metric.minimum:g} to {metric.maximum:g} {metric.unit}", name)


def _units(columns: Columns, metric: Metric) -> Int16s | None:
    places = {unit: place_of(metric, unit) for unit in set(columns["unit"])}
    if not any(places.values()):
        return None
    return np.array([places[unit] for unit in columns["unit"]], np.int16)


def _values(columns: Columns, name: str, metric: Metric) -> Float64s:
    """In the canonical unit; NaN where there is none."""
    values = np.array(columns[name], np.float64)
    units = set(columns["unit"])
    if len(units) == 1:
        factor, offset = conversion(metric, next(iter(units)))
        return values if (factor, offset) == (1.0, 0.0) else values * factor + offset
    conversions = np.array([conversion(metric, unit) for unit in columns["unit"]], np.float64).reshape(-1, 2)
    return np.where((conversions == (1.0, 0.0)).all(axis=1), values, values * conversions[:, 0] + conversions[:, 1])


def _first_faults(checks: Sequence[tuple[Mask, ItemError]]) -> dict[int, ItemError]:
    faults: dict[int, ItemError] = {}
    for mask, fault in checks:
        if mask.any():
            for index in np.flatnonzero(mask).tolist():
                faults.setdefault(index, fault)
    return faults

"""Which items of a call are sound, and which of several sources counts when they overlap. Arrays in, arrays out."""

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import DAY_MS, Float64s, Int16s, SampleBatch
from healthpartner.canonical.units import conversion, place_of
from healthpartner.domains.metrics.items import instants
from healthpartner.domains.metrics.items.instants import EARLIEST_MS
from healthpartner.domains.metrics.items.schemas import ItemError
from healthpartner.domains.metrics.timeseries.schemas import TimeseriesItem

LONGEST_MS = 31 * DAY_MS

# What tells series of one metric and provider apart, and how the device column says so.
SERIES_FIELDS = {"ecg_voltage": "lead", "body_temperature_delta": "sensor_location"}

Mask = NDArray[np.bool_]

_start, _end, _unit = attrgetter("start"), attrgetter("end"), attrgetter("unit")


class Examined(NamedTuple):
    """All items in columns, in their order; only those that are not in `faults` are sound."""

    batch: SampleBatch
    faults: dict[int, ItemError]


def examine(items: Sequence[TimeseriesItem], metric: Metric, now_ms: int) -> Examined:
    """Units are known to be right. A component's bounds hold for each component."""
    starts, ends = list(map(_start, items)), list(map(_end, items))
    start_ms, offset_minutes = instants.parse(starts)
    end_ms = start_ms
    if ends.count(None) < len(ends):
        end_ms, _ = instants.parse([start if end is None else end for start, end in zip(starts, ends, strict=True)])
    columns = [_values(items, name, metric) for name in metric.components]
    latest = now_ms + DAY_MS
    checks: list[tuple[Mask, ItemError]] = [
        (start_ms == instants.INVALID, ItemError("invalid_value", "an instant with Z or an offset is needed", "start")),
        (end_ms == instants.INVALID, ItemError("invalid_value", "an instant with Z or an offset is needed", "end")),
        (
            (start_ms < EARLIEST_MS) | (start_ms > latest),
            ItemError("out_of_range", "from the year 1900 to tomorrow", "start"),
        ),
        (end_ms > latest, ItemError("out_of_range", "at the latest tomorrow", "end")),
        (end_ms < start_ms, ItemError("invalid_value", "the end is before the start", "end")),
        (end_ms > start_ms + LONGEST_MS, ItemError("out_of_range", "at most 31 days after the start", "end")),
    ]
    for name, values in zip(metric.components, columns, strict=True):
        checks.append((np.isnan(values), ItemError("required", "this field is required", name)))
        outside = (values < metric.minimum) | (values > metric.maximum)
        message = f"from {metric.minimum:g} to {metric.maximum:g} {metric.unit}"
        checks.append((outside, ItemError("out_of_range", message, name)))
    second = columns[1] if metric.has_second else None
    if second is not None:
        first, other = metric.components
        checks.append((second > columns[0], ItemError("invalid_value", f"{other} is above {first}", other)))
    batch = SampleBatch(metric, start_ms, end_ms - start_ms, columns[0], second, offset_minutes, _units(items, metric))
    return Examined(batch, _first_faults(checks))


def series_of(items: Sequence[TimeseriesItem], metric: Metric) -> list[str]:
    """How the source's device column names the series of each item: `lead:II`, or nothing."""
    field = SERIES_FIELDS.get(metric.slug)
    if field is None:
        return [""] * len(items)
    labels = [getattr(item, field) for item in items]
    return [f"{field}:{label}" if label else "" for label in labels]


def _units(items: Sequence[TimeseriesItem], metric: Metric) -> Int16s | None:
    places = {unit: place_of(metric, unit) for unit in set(map(_unit, items))}
    if not any(places.values()):
        return None
    return np.array([places[item.unit] for item in items], np.int16)


def _values(items: Sequence[TimeseriesItem], name: str, metric: Metric) -> Float64s:
    """In the canonical unit; NaN where there is none."""
    values = np.array(list(map(attrgetter(name), items)), np.float64)
    units = set(map(_unit, items))
    if len(units) == 1:
        factor, offset = conversion(metric, next(iter(units)))
        return values if (factor, offset) == (1.0, 0.0) else values * factor + offset
    conversions = np.array([conversion(metric, item.unit) for item in items], np.float64).reshape(-1, 2)
    return np.where((conversions == (1.0, 0.0)).all(axis=1), values, values * conversions[:, 0] + conversions[:, 1])


def _first_faults(checks: Sequence[tuple[Mask, ItemError]]) -> dict[int, ItemError]:
    faults: dict[int, ItemError] = {}
    for mask, fault in checks:
        if mask.any():
            for index in np.flatnonzero(mask).tolist():
                faults.setdefault(index, fault)
    return faults

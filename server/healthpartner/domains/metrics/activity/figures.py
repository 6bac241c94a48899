"""Which metric each field of a day is, on the way in and on the way out."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from healthpartner.canonical.metrics import METRICS, Metric

Part = Literal["value", "minimum", "maximum"]


class Field(NamedTuple):
    """`name` is dotted within a group such as `heart_rate`; `part` says which number of the metric's day it is."""

    name: str
    metric: Metric
    part: Part = "value"


FIELDS = (
    Field("steps", METRICS["steps"]),
    Field("distance_meters", METRICS["distance"]),
    Field("active_calories", METRICS["calories"]),
    Field("total_calories", METRICS["total_calories"]),
    Field("floors", METRICS["floors"]),
    Field("heart_rate.min", METRICS["heart_rate"], "minimum"),
    Field("heart_rate.mean", METRICS["heart_rate"]),
    Field("heart_rate.max", METRICS["heart_rate"], "maximum"),
    Field("heart_rate.resting", METRICS["resting_heart_rate"]),
    Field("intensity_minutes.low", METRICS["low_intensity_minutes"]),
    Field("intensity_minutes.moderate", METRICS["moderate_intensity_minutes"]),
    Field("intensity_minutes.vigorous", METRICS["vigorous_intensity_minutes"]),
)
# Energy at rest is no field, but part of the total where nobody says that.
ACTIVE, BASAL, ALL_ENERGY = METRICS["calories"], METRICS["basal_calories"], METRICS["total_calories"]

# Codes of the metrics of which more is shown than one number.
WITH_EXTREMES = tuple({field.metric.code for field in FIELDS if field.part != "value"})

METRICS_OF_A_DAY: Mapping[int, Metric] = MappingProxyType(
    {metric.code: metric for metric in (*(field.metric for field in FIELDS), BASAL)}
)


@lru_cache
def of_type(wanted: str | None) -> tuple[Field, ...]:
    """The fields of one type of activity, or all."""
    return tuple(field for field in FIELDS if wanted is None or field.name.partition(".")[0] == wanted)


@lru_cache
def metrics_of(fields: tuple[Field, ...]) -> tuple[Metric, ...]:
    found = {field.metric.code: field.metric for field in fields}
    if ALL_ENERGY.code in found:
        found |= {ACTIVE.code: ACTIVE, BASAL.code: BASAL}
    return tuple(found.values())

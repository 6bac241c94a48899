"""The catalogue of metrics as partners read it."""

from typing import Literal

from msgspec import Struct


class MetricInfo(Struct, frozen=True, kw_only=True):
    """`components` names the values of a sample; `accepted_units` convert to `unit`; bounds are in `unit`."""

    slug: str
    name: str
    description: str
    domain: str
    unit: str
    ucum: str
    accepted_units: list[str]
    aggregation: Literal["sum", "mean", "last"]
    minimum: float
    maximum: float
    components: list[str]
    loinc: str | None

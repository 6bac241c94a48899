"""Timeseries as partners send and receive them."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from healthpartner.domains.metrics.items.schemas import ClientId, Instant, items_of

MOST_ITEMS = 1000
METRIC = "timeseries"

Label = Annotated[str, Meta(min_length=1, max_length=40)]
Granularity = Literal["raw", "five_minute", "fifteen_minute", "one_hour", "one_day"]


class TimeseriesItem(Struct, frozen=True, gc=False):
    """One sample. Instants are ISO 8601 with `Z` or an offset; without `end` it is a moment.

    `systolic` and `diastolic` stand for `value` in blood pressure; `lead` belongs to ECG voltage and
    `sensor_location` to body temperature delta.
    """

    client_id: ClientId
    start: Instant
    unit: Annotated[str, Meta(description="One that `GET /v1/metrics` names for the metric.")]
    value: float | None = None
    end: Instant | None = None
    systolic: float | None = None
    diastolic: float | None = None
    lead: Label | None = None
    sensor_location: Label | None = None
    is_backfill: bool | None = None


class IngestTimeseries(Struct, frozen=True):
    """`data` is kept undecoded, so that an item that is not valid does not take the others with it."""

    data: Annotated[msgspec.Raw, items_of(TimeseriesItem, MOST_ITEMS)]
    is_backfill: bool = False


class TimeseriesRow(Struct, frozen=True, gc=False):
    """A sample, or a span of them. `provider` is null for a span that several providers contributed to.

    `original_value` and `original_unit` are those that the source told, where its unit is not the canonical one.
    """

    start: datetime
    end: datetime
    unit: str
    provider: str | None
    value: float | UnsetType = UNSET
    systolic: float | UnsetType = UNSET
    diastolic: float | UnsetType = UNSET
    sample_id: UUID | UnsetType = UNSET
    device: str | UnsetType = UNSET
    lead: str | UnsetType = UNSET
    sensor_location: str | UnsetType = UNSET
    timezone_offset_minutes: int | UnsetType = UNSET
    original_value: float | UnsetType = UNSET
    original_unit: str | UnsetType = UNSET
    date: "date | UnsetType" = UNSET
    samples: int | UnsetType = UNSET

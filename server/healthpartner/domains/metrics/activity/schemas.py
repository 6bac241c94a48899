"""Daily activity as partners send and receive it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from healthpartner.domains.metrics.fusion.schemas import SourceShare
from healthpartner.domains.metrics.items.schemas import ClientId, items_of

MOST_ITEMS = 500
METRIC = "activity/summary"

ActivityType = Literal[
    "steps", "distance_meters", "active_calories", "total_calories", "floors", "heart_rate", "intensity_minutes"
]
TimezoneOffset = Annotated[int, Meta(ge=-840, le=840)] | Annotated[str, Meta(pattern=r"^(Z|[+-]\d\d:?\d\d)$")]


class HeartRateOfDay(Struct, frozen=True, omit_defaults=True, gc=False):
    """In beats per minute."""

    min: float | None = None
    mean: float | None = None
    max: float | None = None
    resting: float | None = None


class IntensityMinutes(Struct, frozen=True, omit_defaults=True, gc=False):
    """Minutes of the day by intensity."""

    low: float | None = None
    moderate: float | None = None
    vigorous: float | None = None


class ActivityItem(Struct, frozen=True):
    """What one source says about one of the member's local days. A field that is left out stays as it is known.

    `timezone_offset` is in minutes, or `+02:00`.
    """

    client_id: ClientId
    date: "date"
    steps: float | None = None
    distance_meters: float | None = None
    active_calories: float | None = None
    total_calories: float | None = None
    floors: float | None = None
    heart_rate: HeartRateOfDay | None = None
    intensity_minutes: IntensityMinutes | None = None
    timezone_offset: TimezoneOffset | None = None
    is_backfill: bool | None = None


class IngestActivity(Struct, frozen=True):
    """`data` is kept undecoded, so that an item that is not valid does not take the others with it."""

    data: Annotated[msgspec.Raw, items_of(ActivityItem, MOST_ITEMS)]
    is_backfill: bool = False


class ActivityRow(Struct, frozen=True, gc=False):
    """One local day. `provider` is null where several contributed.

    `sample_id` is that of the summary item of the highest source that sent one, null for days made of samples alone.
    """

    sample_id: UUID | None
    provider: str | None
    date: "date"
    steps: float | UnsetType = UNSET
    distance_meters: float | UnsetType = UNSET
    active_calories: float | UnsetType = UNSET
    total_calories: float | UnsetType = UNSET
    floors: float | UnsetType = UNSET
    heart_rate: HeartRateOfDay | UnsetType = UNSET
    intensity_minutes: IntensityMinutes | UnsetType = UNSET
    timezone_offset_minutes: int | UnsetType = UNSET
    explain: dict[str, list[SourceShare]] | UnsetType = UNSET

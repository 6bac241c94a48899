"""Workouts as partners send and receive them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from healthpartner.canonical.workouts import SegmentKind
from healthpartner.domains.metrics.items.schemas import ClientId, Instant, items_of
from healthpartner.domains.metrics.sessions.schemas import MOST_ITEMS, HeartRate, SessionUse

Metres = Annotated[float, Meta(ge=0, le=2_000_000)]
Kilocalories = Annotated[float, Meta(ge=0, le=50_000)]
Watts = Annotated[float, Meta(ge=0, le=3_000)]


class ActivityType(Struct, frozen=True):
    slug: str
    name: str


class SportItem(Struct, frozen=True):
    """`slug` is one of `GET /v1/activity-types`."""

    slug: str


class WorkoutItem(Struct, frozen=True):
    """One session. Instants are ISO 8601 with `Z` or an offset."""

    client_id: ClientId
    sport: SportItem
    start: Instant
    end: Instant
    distance_meters: Metres | None = None
    active_calories: Kilocalories | None = None
    heart_rate: HeartRate | None = None
    elevation_gain_meters: Annotated[float, Meta(ge=0, le=50_000)] | None = None
    average_power_watts: Watts | None = None
    title: Annotated[str, Meta(max_length=255)] | None = None
    is_backfill: bool | None = None


class IngestWorkouts(Struct, frozen=True):
    """`data` is kept undecoded, so that an item that is not valid does not take the others with it."""

    data: Annotated[msgspec.Raw, items_of(WorkoutItem, MOST_ITEMS)]
    is_backfill: bool = False


class SegmentRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lap, or an activity within, such as a leg of a triathlon."""

    kind: SegmentKind
    start: datetime
    end: datetime
    sport: ActivityType | None = None
    distance_meters: float | None = None
    active_calories: float | None = None
    heart_rate: HeartRate | None = None
    average_power_watts: float | None = None


class WorkoutRow(Struct, frozen=True, kw_only=True):
    """A session. `provider` and `sample_id` are those of the workout that counts most, `providers` of all.

    `date` is the local day of the start, `duration_seconds` the time of the session that no other row tells of, and
    `provider_sport` what the provider itself called the sport.
    """

    sample_id: UUID
    provider: str
    providers: list[str]
    date: "date"
    start: datetime
    end: datetime
    timezone_offset_minutes: int | UnsetType = UNSET
    duration_seconds: int
    sport: ActivityType
    provider_sport: str | None
    title: str | None
    distance_meters: float | None
    active_calories: float | None
    total_calories: float | None
    active_seconds: float | None
    heart_rate: HeartRate | None
    elevation_gain_meters: float | None
    average_power_watts: float | None
    segments: list[SegmentRow]
    explain: list[SessionUse] | UnsetType = UNSET

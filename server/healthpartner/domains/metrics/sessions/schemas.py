"""What calls and rows of sleep and of workouts have in common."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

MOST_ITEMS = 500

BeatsPerMinute = Annotated[float, Meta(ge=20, le=300)]


class HeartRate(Struct, frozen=True):
    """Beats a minute."""

    min: BeatsPerMinute | None = None
    mean: BeatsPerMinute | None = None
    max: BeatsPerMinute | None = None
    resting: BeatsPerMinute | None = None


class IngestSleep(Struct, frozen=True):
    """`data` is kept undecoded, so that an item that is not valid does not take the others with it."""

    data: Annotated[
        msgspec.Raw,
        Meta(
            description="Up to 500 items `{client_id, date, start, end, duration_seconds?, time_in_bed_seconds?, "
            "efficiency_percent?, stages?, heart_rate?, hrv_ms?, respiratory_rate?, stage_intervals?, is_nap?, "
            "is_backfill?}`."
        ),
    ]
    is_backfill: bool = False


class IngestWorkouts(Struct, frozen=True):
    """`data` is kept undecoded, so that an item that is not valid does not take the others with it."""

    data: Annotated[
        msgspec.Raw,
        Meta(
            description="Up to 500 items `{client_id, sport {slug}, start, end, distance_meters?, active_calories?, "
            "heart_rate?, elevation_gain_meters?, average_power_watts?, title?, is_backfill?}`."
        ),
    ]
    is_backfill: bool = False


class SessionUse(Struct, frozen=True, kw_only=True):
    """What became of one session: `used`, `overlapped` where others tell of a part of it, `dropped` where of all."""

    sample_id: UUID
    provider: str
    device: str | None
    start: datetime
    end: datetime
    use: Literal["used", "overlapped", "dropped"]
    reason: str
    counted_seconds: int
    told_by: list[UUID]

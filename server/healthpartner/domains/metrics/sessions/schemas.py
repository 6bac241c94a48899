"""What calls and rows of sleep and of workouts have in common."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

MOST_ITEMS = 500

BeatsPerMinute = Annotated[float, Meta(ge=20, le=300)]


class HeartRate(Struct, frozen=True):
    """Beats a minute."""

    min: BeatsPerMinute | None = None
    mean: BeatsPerMinute | None = None
    max: BeatsPerMinute | None = None
    resting: BeatsPerMinute | None = None


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

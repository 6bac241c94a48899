"""Sleep as partners send and receive it."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from healthpartner.canonical.sleep import ContractStage
from healthpartner.domains.metrics.items.schemas import ClientId, Instant, items_of
from healthpartner.domains.metrics.sessions.schemas import MOST_ITEMS, HeartRate, SessionUse

Seconds = Annotated[float, Meta(ge=0, le=86_400)]
Percent = Annotated[float, Meta(ge=0, le=100)]


class Stages(Struct, frozen=True):
    """Seconds in each stage."""

    deep_seconds: Seconds | None = None
    light_seconds: Seconds | None = None
    rem_seconds: Seconds | None = None
    awake_seconds: Seconds | None = None


class IntervalItem(Struct, frozen=True, gc=False):
    """A span of one stage, within the session."""

    stage: ContractStage
    start: Instant
    end: Instant


class SleepItem(Struct, frozen=True):
    """One session. Instants are ISO 8601 with `Z` or an offset, `date` is the local day of waking.

    `duration_seconds` is the time asleep. With `stage_intervals` the totals are counted from those.
    """

    client_id: ClientId
    date: "date"
    start: Instant
    end: Instant
    duration_seconds: Seconds | None = None
    time_in_bed_seconds: Seconds | None = None
    efficiency_percent: Percent | None = None
    stages: Stages | None = None
    heart_rate: HeartRate | None = None
    hrv_ms: Annotated[float, Meta(ge=0, le=500)] | None = None
    respiratory_rate: Annotated[float, Meta(ge=3, le=60)] | None = None
    stage_intervals: Annotated[list[IntervalItem], Meta(max_length=3000)] | None = None
    is_nap: bool | None = None
    is_backfill: bool | None = None


class IngestSleep(Struct, frozen=True):
    """`data` is kept undecoded, so that an item that is not valid does not take the others with it."""

    data: Annotated[msgspec.Raw, items_of(SleepItem, MOST_ITEMS)]
    is_backfill: bool = False


class StageRow(Struct, frozen=True, gc=False):
    """`detail` is the stage in the words of all providers, where it says more than the four."""

    stage: ContractStage
    start: datetime
    end: datetime
    detail: str | UnsetType = UNSET


class StageTotals(Struct, frozen=True):
    deep_seconds: int | None
    light_seconds: int | None
    rem_seconds: int | None
    awake_seconds: int | None


class SleepRow(Struct, frozen=True, kw_only=True):
    """A night, or a nap. `provider` and `sample_id` are those of the session that counts most, `providers` of all.

    `asleep_unspecified_seconds` is the part of `duration_seconds` of which no source knows the stage.
    """

    sample_id: UUID
    provider: str
    providers: list[str]
    date: "date"
    start: datetime
    end: datetime
    timezone_offset_minutes: int | UnsetType = UNSET
    is_nap: bool
    duration_seconds: int
    time_in_bed_seconds: int
    efficiency_percent: float | None
    stages: StageTotals | None
    asleep_unspecified_seconds: int
    heart_rate: HeartRate | None
    hrv_ms: float | None
    respiratory_rate: float | None
    explain: list[SessionUse] | UnsetType = UNSET


class SleepStream(Struct, frozen=True, kw_only=True):
    """The stages of a night, or of a nap, by time; none where its sources know totals only."""

    sample_id: UUID
    provider: str
    providers: list[str]
    date: "date"
    start: datetime
    end: datetime
    is_nap: bool
    stage_intervals: list[StageRow]

"""Sleep as every provider's data becomes: sessions with their stages, and how other vocabularies call those."""

from collections.abc import Mapping
from datetime import date
from enum import IntEnum
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

ContractStage = Literal["deep", "light", "rem", "awake"]


class SleepStage(IntEnum):
    """A superset of what providers tell apart. The numbers are for storage: they never change meaning."""

    unknown = 0
    awake = 1
    asleep_unspecified = 2
    out_of_bed = 3
    light = 4
    deep = 5
    rem = 6
    awake_in_bed = 7
    in_bed = 8


ASLEEP = frozenset({SleepStage.asleep_unspecified, SleepStage.light, SleepStage.deep, SleepStage.rem})
AWAKE = frozenset({SleepStage.awake, SleepStage.awake_in_bed, SleepStage.out_of_bed})
STAGED = frozenset({SleepStage.light, SleepStage.deep, SleepStage.rem})

# What the contract's four stages make of each; the others say nothing about a stage.
_DOWN: Mapping[SleepStage, ContractStage] = MappingProxyType(
    {
        SleepStage.deep: "deep",
        SleepStage.light: "light",
        SleepStage.asleep_unspecified: "light",
        SleepStage.rem: "rem",
        SleepStage.awake: "awake",
        SleepStage.awake_in_bed: "awake",
        SleepStage.out_of_bed: "awake",
    }
)

_HEALTH_KIT = "HKCategoryValueSleepAnalysis"
STAGES_BY_HEALTH_KIT: Mapping[str, SleepStage] = MappingProxyType(
    {
        _HEALTH_KIT + "InBed": SleepStage.in_bed,
        _HEALTH_KIT + "Asleep": SleepStage.asleep_unspecified,
        _HEALTH_KIT + "AsleepUnspecified": SleepStage.asleep_unspecified,
        _HEALTH_KIT + "Awake": SleepStage.awake,
        _HEALTH_KIT + "AsleepCore": SleepStage.light,
        _HEALTH_KIT + "AsleepDeep": SleepStage.deep,
        _HEALTH_KIT + "AsleepREM": SleepStage.rem,
    }
)
"""By the names that HealthKit's export gives them."""

STAGES_BY_HEALTH_CONNECT: Mapping[int, SleepStage] = MappingProxyType(
    {
        0: SleepStage.unknown,
        1: SleepStage.awake,
        2: SleepStage.asleep_unspecified,
        3: SleepStage.out_of_bed,
        4: SleepStage.light,
        5: SleepStage.deep,
        6: SleepStage.rem,
        7: SleepStage.awake_in_bed,
    }
)
"""By Health Connect's `STAGE_TYPE_…` numbers."""

STAGES_BY_FITBIT: Mapping[str, SleepStage] = MappingProxyType(
    {
        "wake": SleepStage.awake,
        "awake": SleepStage.awake,
        "restless": SleepStage.unknown,
        "asleep": SleepStage.asleep_unspecified,
        "light": SleepStage.light,
        "deep": SleepStage.deep,
        "rem": SleepStage.rem,
    }
)
"""By Fitbit's level names, those of stages and the classic ones."""

STAGES_BY_OURA: Mapping[str, SleepStage] = MappingProxyType(
    {"1": SleepStage.deep, "2": SleepStage.light, "3": SleepStage.rem, "4": SleepStage.awake}
)
"""By the digits of Oura's hypnogram."""


def down(stage: SleepStage) -> ContractStage | None:
    """The contract's stage for this one; None for what is no stage of sleep, such as lying in bed."""
    return _DOWN.get(stage)


class StageInterval(Struct, frozen=True, gc=False):
    """From `start_ms` to before `end_ms`, UTC epoch milliseconds."""

    stage: SleepStage
    start_ms: int
    end_ms: int


class SleepFigures(Struct, frozen=True, omit_defaults=True):
    """What a provider says about a session beside its intervals; a figure that it does not know is None.

    `duration_seconds` is the time asleep; heart rates are in beats a minute.
    """

    duration_seconds: float | None = None
    time_in_bed_seconds: float | None = None
    efficiency_percent: float | None = None
    deep_seconds: float | None = None
    light_seconds: float | None = None
    rem_seconds: float | None = None
    awake_seconds: float | None = None
    heart_rate_min: float | None = None
    heart_rate_mean: float | None = None
    heart_rate_max: float | None = None
    heart_rate_resting: float | None = None
    hrv_ms: float | None = None
    respiratory_rate: float | None = None


class SleepSession(Struct, frozen=True):
    """One session as one source tells it.

    `offset_minutes` is local time minus UTC on waking, None where the source does not say; `day` is the local day of
    waking where the source says that instead. `is_nap` is None where the source does not tell naps from nights.
    `external_id` is the source's own id of the session: the same id again is the same session, corrected. Without one,
    a session is known by its start and end. `updated_ms` is when the source last changed it: an older statement never
    replaces a newer one.
    """

    start_ms: int
    end_ms: int
    offset_minutes: int | None = None
    stages: tuple[StageInterval, ...] = ()
    is_nap: bool | None = None
    external_id: str | None = None
    day: date | None = None
    updated_ms: int | None = None
    figures: SleepFigures = SleepFigures()

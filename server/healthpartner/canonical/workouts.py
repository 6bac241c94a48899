"""Workouts as every provider's data becomes: sessions of sport with figures, parts and the way that was taken."""

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from healthpartner.canonical.samples import Float64s, Int64s

SegmentKind = Literal["lap", "activity"]


class WorkoutFigures(Struct, frozen=True, omit_defaults=True):
    """What is known of a workout or a part of one; a figure that its source does not know is None.

    Heart rates are in beats a minute, cadence is in steps or turns a minute, speed in metres a second.
    `active_seconds` is the time in motion, without pauses.
    """

    distance_meters: float | None = None
    active_calories: float | None = None
    total_calories: float | None = None
    active_seconds: float | None = None
    heart_rate_min: float | None = None
    heart_rate_mean: float | None = None
    heart_rate_max: float | None = None
    heart_rate_resting: float | None = None
    elevation_gain_meters: float | None = None
    elevation_loss_meters: float | None = None
    average_power_watts: float | None = None
    max_power_watts: float | None = None
    average_speed: float | None = None
    max_speed: float | None = None
    average_cadence: float | None = None
    steps: float | None = None
    swim_strokes: float | None = None
    pool_length_meters: float | None = None
    average_temperature: float | None = None


class Segment(Struct, frozen=True, omit_defaults=True):
    """A part of a workout: a lap, or one of several activities such as the legs of a triathlon (with its `sport`)."""

    kind: SegmentKind
    start_ms: int
    end_ms: int
    sport: str | None = None
    figures: WorkoutFigures = WorkoutFigures()


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """Where a workout went, one array per column, all of one length, by time. NaN where a value is not known."""

    start_ms: Int64s
    latitude: Float64s
    longitude: Float64s
    altitude_m: Float64s

    def __len__(self) -> int:
        return len(self.start_ms)


class Workout(Struct, frozen=True):
    """One workout as one source tells it.

    `sport` is a slug of `canonical.sports`; `provider_sport` is what the source itself called it. `offset_minutes` is
    local time minus UTC at the start, None where the source does not say. `external_id` is the source's own id: the
    same id again is the same workout, corrected. Without one, a workout is known by its start and end. `updated_ms` is
    when the source last changed it: an older statement never replaces a newer one.
    """

    start_ms: int
    end_ms: int
    sport: str
    provider_sport: str | None = None
    offset_minutes: int | None = None
    title: str | None = None
    external_id: str | None = None
    updated_ms: int | None = None
    figures: WorkoutFigures = WorkoutFigures()
    segments: tuple[Segment, ...] = ()
    route: Route | None = None

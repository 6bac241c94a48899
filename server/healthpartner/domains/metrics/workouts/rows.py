"""Workouts as they lie in the database and back, and sessions as partners read them."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET

from healthpartner.canonical.instants import epoch_ms, instant_of
from healthpartner.canonical.samples import SampleSource
from healthpartner.canonical.sports import OTHER, SPORTS
from healthpartner.canonical.workouts import Segment, Workout, WorkoutFigures
from healthpartner.domains.metrics.fusion.priorities import WORN, rank_by
from healthpartner.domains.metrics.sessions.identity import external_id_of
from healthpartner.domains.metrics.sessions.local_day import local_day
from healthpartner.domains.metrics.sessions.schemas import HeartRate, SessionUse
from healthpartner.domains.metrics.workouts import merged
from healthpartner.domains.metrics.workouts.copies import Member, Session, StoredWorkout
from healthpartner.domains.metrics.workouts.schemas import ActivityType, SegmentRow, WorkoutRow

Use = Literal["used", "overlapped", "dropped"]
_USES: dict[str, Use] = {
    "copy": "overlapped",
    "activity_within": "used",
    "covered_by_others": "dropped",
    "corrected": "dropped",
}


def stored(row: Any, preferred: Sequence[str] = ()) -> StoredWorkout:
    """Without the way that was taken, which no row shows."""
    changed_at = row["source_updated_at"]
    workout = Workout(
        epoch_ms(row["start_at"]),
        epoch_ms(row["end_at"]),
        row["sport"],
        provider_sport=row["provider_sport"],
        offset_minutes=row["offset_minutes"],
        title=row["title"],
        external_id=external_id_of(row["identity"]),
        updated_ms=None if changed_at is None else epoch_ms(changed_at),
        figures=msgspec.convert(row["figures"], WorkoutFigures),
        segments=msgspec.convert(row["segments"], tuple[Segment, ...]),
    )
    source = SampleSource(row["provider"], row["device"] or None)
    rank = rank_by(WORN, source, preferred)
    return StoredWorkout(row["sample_id"], row["source_id"], source, rank, workout, row["accepted"])


def summary(session: Session, timezone: str | None, *, explain: bool) -> WorkoutRow:
    chief, known = session.chief, merged.figures(session)
    offset = merged.offset_minutes(session)
    sport = merged.sport(session)
    return WorkoutRow(
        sample_id=chief.sample_id,
        provider=chief.source.provider,
        providers=list(dict.fromkeys(each.source.provider for each in session.copies())),
        date=local_day(chief.workout.start_ms, offset, None, timezone),
        start=instant_of(chief.workout.start_ms),
        end=instant_of(chief.workout.end_ms),
        timezone_offset_minutes=UNSET if offset is None else offset,
        duration_seconds=round(session.counted_ms / 1000),
        sport=activity_type(sport.sport),
        provider_sport=sport.provider_sport,
        title=merged.title(session),
        distance_meters=known.distance_meters,
        active_calories=known.active_calories,
        total_calories=known.total_calories,
        active_seconds=known.active_seconds,
        heart_rate=_heart_rate(known),
        elevation_gain_meters=known.elevation_gain_meters,
        average_power_watts=known.average_power_watts,
        segments=[_segment(each) for each in merged.segments(session)],
        explain=_uses(session) if explain else UNSET,
    )


def activity_type(slug: str) -> ActivityType:
    sport = SPORTS.get(slug) or SPORTS[OTHER]
    return ActivityType(sport.slug, sport.name)


def _segment(each: Segment) -> SegmentRow:
    return SegmentRow(
        kind=each.kind,
        start=instant_of(each.start_ms),
        end=instant_of(each.end_ms),
        sport=activity_type(each.sport) if each.sport else None,
        distance_meters=each.figures.distance_meters,
        active_calories=each.figures.active_calories,
        heart_rate=_heart_rate(each.figures),
        average_power_watts=each.figures.average_power_watts,
    )


def _heart_rate(known: WorkoutFigures) -> HeartRate | None:
    rates = (known.heart_rate_min, known.heart_rate_mean, known.heart_rate_max, known.heart_rate_resting)
    return None if all(each is None for each in rates) else HeartRate(*rates)


def _uses(session: Session) -> list[SessionUse]:
    chief = _use(session.chief, "used", "highest_priority", session.counted_ms // 1000)
    return [chief, *(_member(session, each) for each in session.members)]


def _member(session: Session, each: Member) -> SessionUse:
    use = _use(each.stored, _USES[each.reason], each.reason, 0)
    return msgspec.structs.replace(use, told_by=[(each.by or session.chief).sample_id])


def _use(each: StoredWorkout, use: Use, reason: str, counted_seconds: int) -> SessionUse:
    return SessionUse(
        sample_id=each.sample_id,
        provider=each.source.provider,
        device=each.source.device,
        start=instant_of(each.workout.start_ms),
        end=instant_of(each.workout.end_ms),
        use=use,
        reason=reason,
        counted_seconds=counted_seconds,
        told_by=[],
    )

"""Workouts of a window, a page at a time."""

from datetime import timedelta

from msgspec import Struct

from healthpartner.canonical.instants import instant_of
from healthpartner.canonical.sports import SPORTS
from healthpartner.core.errors import invalid
from healthpartner.core.pagination import PageRequest, Pagination
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.sessions.local_day import local_day
from healthpartner.domains.metrics.sessions.window import Key, instants, newest_first
from healthpartner.domains.metrics.workouts import merged, rows, store
from healthpartner.domains.metrics.workouts.copies import Session, alone, sessions
from healthpartner.domains.metrics.workouts.schemas import WorkoutRow

# Workouts that overlap one of the window begin no further outside of it.
_AROUND = timedelta(days=7)


class WorkoutQuery(Struct, frozen=True):
    """`provider` is for the workouts of one provider as it told them, `explain` for what became of each."""

    window: DayWindow
    sport: str | None
    provider: str | None
    explain: bool
    page: PageRequest


async def summaries(uow: UnitOfWork, wanted: WorkoutQuery) -> tuple[list[WorkoutRow], Pagination]:
    """Newest first. Raises ValidationFailed for an unknown sport, Unauthorized for a member who is gone."""
    if wanted.sport is not None and wanted.sport not in SPORTS:
        raise invalid("sport", "unknown_value", "one of GET /v1/activity-types is needed")
    now = uow.now()
    wanted.window.check(now)
    found = await store.of_window(uow, *instants(wanted.window, now, _AROUND), wanted.provider)
    timezone = found.timezone
    first, last = wanted.window.within(now, timezone)
    workouts = [rows.stored(row, found.preferred) for row in found.rows]
    made = sessions(workouts) if wanted.provider is None else [alone(each) for each in workouts]

    def is_wanted(session: Session) -> bool:
        day = local_day(session.chief.workout.start_ms, merged.offset_minutes(session), None, timezone)
        return first <= day <= last and wanted.sport in (None, merged.sport(session).sport)

    shown, pagination = newest_first([each for each in made if is_wanted(each)], _key, wanted.page)
    return [rows.summary(each, timezone, explain=wanted.explain) for each in shown], pagination


def _key(session: Session) -> Key:
    return instant_of(session.chief.workout.start_ms), session.chief.sample_id

"""Workouts that partners send."""

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.decoding import ItemDecoder
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.sessions import calls
from healthpartner.domains.metrics.sessions.calls import Kind
from healthpartner.domains.metrics.sessions.schemas import MOST_ITEMS
from healthpartner.domains.metrics.workouts import rules, service
from healthpartner.domains.metrics.workouts.schemas import IngestWorkouts, WorkoutItem

_WORKOUTS = Kind("workouts", "workouts/summary", ItemDecoder(WorkoutItem, MOST_ITEMS), rules.examine, service.add)


async def ingest(uow: UnitOfWork, call: IngestWorkouts) -> list[ItemResult]:
    return await calls.ingest(uow, _WORKOUTS, call)

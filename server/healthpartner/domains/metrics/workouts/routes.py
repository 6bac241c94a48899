"""HTTP operations on workouts, and the catalogue of sports."""

from typing import Annotated

from litestar.params import QueryParameter

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data, Page
from healthpartner.core.http.parameters import EndDate, Explain, Provider, StartDate
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.workouts import ingest, reading, service
from healthpartner.domains.metrics.workouts.reading import WorkoutQuery
from healthpartner.domains.metrics.workouts.schemas import ActivityType, IngestWorkouts, WorkoutRow

GROUP = "Metrics and insights"
SUMMARY = "/v1/users/{user_id:uuid}/metrics/workouts/summary"

SportFilter = Annotated[str | None, QueryParameter(max_length=100, description="One sport only, by its slug.")]


@endpoint(
    "GET /v1/activity-types",
    "list_activity_types",
    group=GROUP,
    auth="tenant_or_member",
    summary="Sport catalogue",
    cacheable=True,
)
async def list_activity_types() -> Data[list[ActivityType]]:
    return Data(service.activity_types())


@endpoint(f"GET {SUMMARY}", "list_workout_summary", group=GROUP, auth="member", summary="Measured workout sessions")
async def list_workout_summary(
    uow: UnitOfWork,
    page: PageRequest,
    *,
    start_date: StartDate = None,
    end_date: EndDate = None,
    sport: SportFilter = None,
    provider: Provider = None,
    explain: Explain = False,
) -> Page[WorkoutRow]:
    """Sessions on the local day of their start, newest first. Copies that several sources hold of one session are one row; with `provider` each workout of that provider is a row, as it was told."""
    wanted = WorkoutQuery(DayWindow(start_date, end_date), sport, provider, explain, page)
    return Page(*await reading.summaries(uow, wanted))


@endpoint(f"POST {SUMMARY}", "ingest_workout_summary", group=GROUP, auth="member", summary="Ingest up to 500 sessions")
async def ingest_workout_summary(data: IngestWorkouts, uow: UnitOfWork) -> Data[list[ItemResult]]:
    """One result for each item, in order; what is wrong with one does not touch the others."""
    return Data(await ingest.ingest(uow, data))


ROUTES = [list_activity_types, list_workout_summary, ingest_workout_summary]

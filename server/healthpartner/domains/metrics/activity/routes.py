"""HTTP operations on daily activity."""

from typing import Annotated

from litestar.params import QueryParameter

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data, Page
from healthpartner.core.http.parameters import EndDate, StartDate
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import service
from healthpartner.domains.metrics.activity.query import Query
from healthpartner.domains.metrics.activity.schemas import ActivityRow, ActivityType, IngestActivity
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.items.schemas import ItemResult

GROUP = "Metrics and insights"
PATH = "/v1/users/{user_id:uuid}/metrics/activity/summary"


@endpoint(
    f"GET {PATH}",
    "list_activity_summary",
    group=GROUP,
    auth="member",
    summary="Daily activity rollups",
)
async def list_activity_summary(
    uow: UnitOfWork,
    page: PageRequest,
    *,
    start_date: StartDate = None,
    end_date: EndDate = None,
    type: Annotated[ActivityType | None, QueryParameter(description="One figure of the days only.")] = None,  # noqa: A002 - its name
    provider: Annotated[str | None, QueryParameter(max_length=200, description="What one provider says.")] = None,
    explain: Annotated[bool, QueryParameter(description="Which sources were used, overlapped or dropped.")] = False,
) -> Page[ActivityRow]:
    """The member's local days, newest first. Sources that overlap are counted once: the highest of them decides, others count where it has not measured, and a source's own total of a day is never added to samples."""
    window = DayWindow(start_date, end_date)
    return Page(*await service.read(uow, Query(window, type, provider, explain, page)))


@endpoint(
    f"POST {PATH}",
    "ingest_activity_summary",
    group=GROUP,
    auth="member",
    summary="Ingest up to 500 daily activity items",
)
async def ingest_activity_summary(data: IngestActivity, uow: UnitOfWork) -> Data[list[ItemResult]]:
    """One result for each item, in order. A later item for the same day corrects what it names and keeps the rest."""
    return Data(await service.ingest(uow, data))


ROUTES = [list_activity_summary, ingest_activity_summary]

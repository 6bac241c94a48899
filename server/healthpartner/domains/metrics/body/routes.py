"""HTTP operations on body measures."""

from typing import Annotated

from litestar.params import QueryParameter

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data, Page
from healthpartner.core.http.parameters import EndDate, Explain, StartDate
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.body import service
from healthpartner.domains.metrics.body.schemas import BodyRow, IngestBody
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.items.schemas import ItemResult

GROUP = "Metrics and insights"
PATH = "/v1/users/{user_id:uuid}/metrics/body/summary"


@endpoint(f"GET {PATH}", "list_body_summary", group=GROUP, auth="member", summary="Body measurements")
async def list_body_summary(
    uow: UnitOfWork,
    page: PageRequest,
    *,
    start_date: StartDate = None,
    end_date: EndDate = None,
    provider: Annotated[str | None, QueryParameter(max_length=200, description="What one provider says.")] = None,
    explain: Explain = False,
) -> Page[BodyRow]:
    """What was measured at one moment is one row, newest first. Where several sources tell the same measure of the same minute, that of the highest is shown."""
    return Page(*await service.read(uow, DayWindow(start_date, end_date), provider, page, explain=explain))


@endpoint(f"POST {PATH}", "ingest_body_summary", group=GROUP, auth="member", summary="Ingest up to 500 body items")
async def ingest_body_summary(data: IngestBody, uow: UnitOfWork) -> Data[list[ItemResult]]:
    """One result for each item, in order. A later item for the same instant corrects what it names and keeps the rest. Each measure is a sample of its timeseries, too."""
    return Data(await service.ingest(uow, data))


ROUTES = [list_body_summary, ingest_body_summary]

"""HTTP operations on timeseries."""

from datetime import datetime
from typing import Annotated

from litestar.params import QueryParameter

from healthpartner.core.errors import NotFound
from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data, Page
from healthpartner.core.http.parameters import Cursor, Offset
from healthpartner.core.pagination import PageRequest, decode_cursor
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.timeseries import service
from healthpartner.domains.metrics.timeseries.schemas import Granularity, IngestTimeseries, TimeseriesRow
from healthpartner.domains.metrics.timeseries.window import query

GROUP = "Metrics and insights"
PATH = "/v1/users/{user_id:uuid}/metrics/{metric:str}/timeseries"

Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Rows on a page.")]


@endpoint(
    f"GET {PATH}",
    "list_timeseries",
    group=GROUP,
    auth="member",
    summary="Sub-daily series raw or bucketed",
    errors=(NotFound,),
)
async def list_timeseries(
    metric: str,
    uow: UnitOfWork,
    *,
    start_time: Annotated[datetime, QueryParameter(description="The first instant of the window.")],
    end_time: Annotated[datetime, QueryParameter(description="The end of the window, not part of it.")],
    granularity: Annotated[Granularity, QueryParameter(description="How wide the spans are.")] = "raw",
    provider: Annotated[str | None, QueryParameter(max_length=200, description="Samples of one provider only.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
    cursor: Cursor = None,
) -> Page[TimeseriesRow]:
    """Raw rows are those of every source. Spans count each moment once: of sources that overlap, the partner's own data comes before a vendor's, and that before what a phone has collected; a lower source counts for the share of time that no higher one has measured. `one_day` gives each of the member's local days that the window touches, whole, as summaries of days do: also what a source says about a whole day counts, with `samples` 0 where that is the figure. `distance` is all kinds of distance together."""
    page = PageRequest(limit, offset, decode_cursor(cursor) if cursor else None)
    return Page(*await service.read(uow, metric, query(start_time, end_time, granularity, provider, page)))


@endpoint(
    f"POST {PATH}",
    "ingest_timeseries",
    group=GROUP,
    auth="member",
    summary="Ingest up to 1000 samples",
    errors=(NotFound,),
)
async def ingest_timeseries(metric: str, data: IngestTimeseries, uow: UnitOfWork) -> Data[list[ItemResult]]:
    """One result for each item, in order. A unit that the metric is not measured in refuses the whole call.

    A `client_id` is one name for all metrics of a member: one that stands for steps is `rejected` for heart rate, so use `{metric}-{instant}` or UUIDs. Another item for the same metric and `start` corrects the first one and is not added to it: send what belongs to one moment, such as two servings, as one item or with starts of their own. Samples with different starts that overlap add up where the metric is a sum.
    """
    return Data(await service.ingest(uow, metric, data))


ROUTES = [list_timeseries, ingest_timeseries]

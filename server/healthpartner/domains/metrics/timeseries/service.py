"""Timeseries of one metric: what the operations do."""

from healthpartner.core.pagination import Pagination
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics import service as metrics
from healthpartner.domains.metrics.timeseries import bucketed, raw
from healthpartner.domains.metrics.timeseries.ingest import ingest
from healthpartner.domains.metrics.timeseries.schemas import TimeseriesRow
from healthpartner.domains.metrics.timeseries.window import Query

__all__ = ["ingest", "read"]


async def read(uow: UnitOfWork, slug: str, wanted: Query) -> tuple[list[TimeseriesRow], Pagination]:
    """Raises NotFound for an unknown metric, Unauthorized for a member who is gone."""
    metric = metrics.metric_of(slug)
    reader = raw.read if wanted.granularity == "raw" else bucketed.read
    return await reader(uow, metric, wanted)

"""The operation that lists what can be measured."""

from litestar.handlers import HTTPRouteHandler

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data
from healthpartner.domains.metrics import service
from healthpartner.domains.metrics.activity import routes as activity
from healthpartner.domains.metrics.body import routes as body
from healthpartner.domains.metrics.measurements import routes as measurements
from healthpartner.domains.metrics.retention import routes as retention
from healthpartner.domains.metrics.schemas import MetricInfo
from healthpartner.domains.metrics.sleep import routes as sleep
from healthpartner.domains.metrics.timeseries import routes as timeseries
from healthpartner.domains.metrics.workouts import routes as workouts


@endpoint(
    "GET /v1/metrics",
    "list_metrics",
    group="Metrics and insights",
    auth="tenant_or_member",
    summary="Metric catalogue: slug / canonical unit / aggregation / bounds",
    cacheable=True,
)
async def list_metrics() -> Data[list[MetricInfo]]:
    return Data(service.catalogue())


ROUTES: list[HTTPRouteHandler] = [
    list_metrics,
    *activity.ROUTES,
    *body.ROUTES,
    *sleep.ROUTES,
    *workouts.ROUTES,
    *timeseries.ROUTES,
    *measurements.ROUTES,
    *retention.ROUTES,
]

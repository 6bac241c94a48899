"""The catalogue, and what the rest of the platform may ask about metrics."""

from functools import cache

from healthpartner.canonical.metrics import METRICS, Metric
from healthpartner.core.errors import NotFound
from healthpartner.domains.metrics.schemas import MetricInfo


@cache
def catalogue() -> list[MetricInfo]:
    return [_info(metric) for metric in METRICS.values()]


def metric_of(slug: str) -> Metric:
    """The metric behind a slug. Raises NotFound."""
    metric = METRICS.get(slug)
    if metric is None:
        raise NotFound("There is no such metric.")
    return metric


def _info(metric: Metric) -> MetricInfo:
    return MetricInfo(
        slug=metric.slug,
        name=metric.name,
        description=metric.description,
        domain=metric.domain,
        unit=metric.unit,
        ucum=metric.ucum,
        accepted_units=list(metric.units),
        aggregation=metric.aggregation,
        minimum=metric.minimum,
        maximum=metric.maximum,
        components=list(metric.components),
        loinc=metric.loinc,
    )

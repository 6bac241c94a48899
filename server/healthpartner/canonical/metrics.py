"""The catalogue of metrics: by slug, by storage code, and by the names HealthKit and Health Connect give them."""

from collections.abc import Mapping
from types import MappingProxyType

from healthpartner.canonical.catalogue.activity import ACTIVITY
from healthpartner.canonical.catalogue.body import BODY
from healthpartner.canonical.catalogue.mobility import MOBILITY
from healthpartner.canonical.catalogue.nutrition import NUTRITION
from healthpartner.canonical.catalogue.sleep import SLEEP
from healthpartner.canonical.catalogue.surroundings import SURROUNDINGS
from healthpartner.canonical.catalogue.vitals import VITALS
from healthpartner.canonical.metric import Aggregation, Metric

__all__ = [
    "METRICS",
    "METRICS_BY_CODE",
    "METRICS_BY_HEALTH_CONNECT",
    "METRICS_BY_HEALTH_KIT",
    "Aggregation",
    "Metric",
]

_ALL = (*VITALS, *ACTIVITY, *MOBILITY, *BODY, *NUTRITION, *SURROUNDINGS, *SLEEP)

METRICS: Mapping[str, Metric] = MappingProxyType({metric.slug: metric for metric in _ALL})
METRICS_BY_CODE: Mapping[int, Metric] = MappingProxyType({metric.code: metric for metric in _ALL})
METRICS_BY_HEALTH_KIT: Mapping[str, Metric] = MappingProxyType(
    {identifier: metric for metric in _ALL for identifier in metric.health_kit}
)
METRICS_BY_HEALTH_CONNECT: Mapping[str, Metric] = MappingProxyType(
    {record: metric for metric in _ALL for record in metric.health_connect}
)

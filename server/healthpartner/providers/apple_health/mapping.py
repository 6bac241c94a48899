"""From HealthKit's names to the catalogue's: which metric a type is, in which unit, and which device wrote it."""

from dataclasses import dataclass
from functools import lru_cache

from healthpartner.canonical.metric import HEALTH_KIT_QUANTITY, Metric
from healthpartner.canonical.metrics import METRICS_BY_HEALTH_KIT
from healthpartner.canonical.unit_families import FRACTION
from healthpartner.providers.xml_streams import meant

SLEEP_ANALYSIS = "HKCategoryTypeIdentifierSleepAnalysis"

_DEVICE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Quantity:
    """A metric, the unit spelling its values come in, and which of its components this type is."""

    kind: str
    metric: Metric
    unit: str
    component: int


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Why a record becomes no sample."""

    reason: str
    detail: str


@lru_cache(maxsize=1024)
def find_quantity(kind: str, unit: str) -> Quantity | Unmapped:
    metric = METRICS_BY_HEALTH_KIT.get(kind) if kind.startswith(HEALTH_KIT_QUANTITY) else None
    if metric is None:
        return Unmapped("unsupported_type", kind)
    spelling = FRACTION if unit == "%" else unit
    if spelling not in metric.units:
        return Unmapped("unknown_unit", f"{kind}:{unit}")
    component = metric.health_kit.index(kind) if metric.has_second else 0
    return Quantity(kind, metric, spelling, component)


def device_name(source_name: str) -> str | None:
    """Phones write `Apple Watch` with a no-break space; one device must not become two."""
    return " ".join(meant(source_name).split())[:_DEVICE_LENGTH] or None

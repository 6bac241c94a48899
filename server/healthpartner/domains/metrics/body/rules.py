"""What is wrong with an entry."""

from healthpartner.canonical.samples import DAY_MS
from healthpartner.domains.metrics.body.measures import MEASURES
from healthpartner.domains.metrics.body.schemas import BodyItem
from healthpartner.domains.metrics.items.instants import EARLIEST_MS, INVALID
from healthpartner.domains.metrics.items.schemas import ItemError


def fault_of(item: BodyItem, at_ms: int, now_ms: int) -> ItemError | None:
    if at_ms == INVALID:
        return ItemError("invalid_value", "an instant with Z or an offset is needed", "measured_at")
    if not EARLIEST_MS <= at_ms <= now_ms + DAY_MS:
        return ItemError("out_of_range", "from the year 1900 to tomorrow", "measured_at")
    told = {name: number for name in MEASURES if (number := getattr(item, name)) is not None}
    if not told:
        return ItemError("required", "at least one measure is needed", "weight_kg")
    for name, number in told.items():
        metric = MEASURES[name]
        if not metric.minimum <= number <= metric.maximum:
            message = f"from {metric.minimum:g} to {metric.maximum:g} {metric.unit}"
            return ItemError("out_of_range", message, name)
    return None

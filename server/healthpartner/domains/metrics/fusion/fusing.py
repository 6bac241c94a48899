"""All samples of one metric, of every source, each with how much of it counts."""

from collections.abc import Sequence
from typing import NamedTuple

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.samples import Float64s, SampleSource, SourcedBatch
from healthpartner.domains.metrics.fusion.clocks import Clocked, on_one_clock
from healthpartner.domains.metrics.fusion.parts import Parts, split, whole
from healthpartner.domains.metrics.fusion.priorities import rank
from healthpartner.domains.metrics.fusion.rules import shares


class Order(NamedTuple):
    """What decides besides the samples: the member's time zone, and the tenant's order of sources."""

    timezone: str | None = None
    preferred: tuple[str, ...] = ()


class Fused(NamedTuple):
    """One source's parts; `exclusive` and `counted` are shares from 0 to 1."""

    source_id: int
    source: SampleSource
    clocked: Clocked
    parts: Parts
    exclusive: Float64s
    counted: Float64s


def fuse(metric: Metric, series: Sequence[SourcedBatch], order: Order) -> list[Fused]:
    """By rank. Each source comes once, its samples by start."""
    summed = metric.aggregation == "sum"
    ranked = sorted(series, key=lambda each: rank(metric, each.source, order.preferred))
    found = on_one_clock(ranked, order.timezone)
    parts = [split(each, order.timezone) if summed else whole(each) for each in found]
    exclusive, counted = shares(parts, summed=summed)
    return [
        Fused(each.source_id, each.source, *rest)
        for each, rest in zip(ranked, zip(found, parts, exclusive, counted, strict=True), strict=True)
    ]

"""All samples of one metric, of every source, each with how much of it counts."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.samples import Float64s, Int64s, SampleSource, SourcedBatch
from healthpartner.domains.metrics.fusion.clocks import Clocked, clocked, on_one_clock
from healthpartner.domains.metrics.fusion.parts import Parts, claims, split, split_rows, whole
from healthpartner.domains.metrics.fusion.priorities import rank
from healthpartner.domains.metrics.fusion.rules import shares
from healthpartner.domains.metrics.fusion.settled import NOTHING, settled, unsettled


class Order(NamedTuple):
    """What decides besides the samples: the member's time zone, and the tenant's order of sources."""

    timezone: str | None = None
    preferred: tuple[str, ...] = ()


class Fused(NamedTuple):
    """One source's parts; `exclusive` and `counted` are shares from 0 to 1.

    Of spans that stand for samples that are no more, `samples` says for how many, and `counted` what each weighs.
    """

    source_id: int
    source: SampleSource
    clocked: Clocked
    parts: Parts
    exclusive: Float64s
    counted: Float64s
    samples: Int64s | None = None


def fuse(metric: Metric, series: Sequence[SourcedBatch], order: Order) -> list[Fused]:
    """By rank. Each source comes once, its samples by start; those with thinned days once more, with their spans."""
    thinned = [each for each in series if each.batch.thinned is not None]
    if not thinned:
        return _fuse(metric, series, order, [])
    spans = [_settled(metric, each, order) for each in settled(thinned)]
    return [*_fuse(metric, unsettled(series), order, [_claimed(metric, each.parts) for each in spans]), *spans]


def _settled(metric: Metric, spans: SourcedBatch, order: Order) -> Fused:
    """What was decided when they were thinned; their clocks are known."""
    found = clocked(spans.batch, order.timezone)
    if metric.aggregation == "sum":
        parts, rows = split_rows(found, order.timezone)
    else:
        parts, rows = whole(found), np.arange(len(spans.batch))
    known = (spans.batch.thinned or NOTHING).take(rows)
    return Fused(spans.source_id, spans.source, found, parts, np.ones(len(rows)), known.weight, known.samples)


def _fuse(metric: Metric, series: Sequence[SourcedBatch], order: Order, before: Sequence[Parts]) -> list[Fused]:
    summed = metric.aggregation == "sum"
    ranked = sorted(series, key=lambda each: rank(metric, each.source, order.preferred))
    found = on_one_clock(ranked, order.timezone)
    parts = [split(each, order.timezone) if summed else whole(each) for each in found]
    claimed = [_claimed(metric, each) for each in parts]
    exclusive, counted = shares(claimed, summed=summed, settled=before) if parts else ([], [])
    return [
        Fused(each.source_id, each.source, *rest)
        for each, rest in zip(ranked, zip(found, parts, exclusive, counted, strict=True), strict=True)
    ]


def _claimed(metric: Metric, parts: Parts) -> Parts:
    """The time that parts keep others out of."""
    return parts if metric.aggregation == "sum" else claims(parts)

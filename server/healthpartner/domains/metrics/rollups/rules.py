"""What a day's figure is, which metrics have one, and which days a change reaches."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metric import Aggregation, Metric
from healthpartner.canonical.metrics import METRICS, METRICS_BY_CODE
from healthpartner.canonical.samples import Float64s, Int64s, SourcedBatch
from healthpartner.domains.metrics.fusion.fusing import Fused, Order, fuse
from healthpartner.domains.metrics.fusion.parts import Parts, joined_parts
from healthpartner.domains.metrics.rollups.day_figure import DayFigure

# Distances that are one distance: what one source calls walking another calls just distance.
DISTANCES = (
    "distance",
    "distance_walking_running",
    "distance_cycling",
    "distance_swimming",
    "distance_wheelchair",
    "distance_snow_sports",
    "distance_rowing",
    "distance_paddling",
    "distance_cross_country_skiing",
    "distance_skating",
)
_ALONE = (
    "steps",
    "calories",
    "basal_calories",
    "total_calories",
    "floors",
    "exercise_minutes",
    "low_intensity_minutes",
    "moderate_intensity_minutes",
    "vigorous_intensity_minutes",
    "heart_rate",
    "resting_heart_rate",
)

MEMBERS: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {
        METRICS["distance"].code: tuple(METRICS[slug].code for slug in DISTANCES),
        **{METRICS[slug].code: (METRICS[slug].code,) for slug in _ALONE},
    }
)
_ROLLED: Mapping[int, Metric] = MappingProxyType(
    {code: METRICS_BY_CODE[target] for target, codes in MEMBERS.items() for code in codes}
)

# Offsets reach from -12 to +14 hours, so another clock moves a sample by up to two days.
CLOCK_DAYS = 2

Mask = NDArray[np.bool_]


def rolled(metric: Metric) -> Metric | None:
    """The metric whose daily figure its samples belong to."""
    return _ROLLED.get(metric.code)


def members_of(metric: Metric) -> tuple[int, ...]:
    """Codes of the metrics whose samples are the metric's, summed or averaged: its parts, or itself."""
    return MEMBERS.get(metric.code, (metric.code,))


def figures(metric: Metric, series: Sequence[SourcedBatch], order: Order, first: int, last: int) -> list[DayFigure]:
    """Of the days from `first` to `last` that have samples, ascending."""
    return figures_of(metric.aggregation, fuse(metric, series, order), first, last)


def figures_of(aggregation: Aggregation, fused: Sequence[Fused], first: int, last: int) -> list[DayFigure]:
    counting = [_Counting.within(each, first, last, summed=aggregation == "sum") for each in fused]
    if not any(each.counts.any() for each in counting):
        return []
    parts, share = _by_day(counting)
    firsts = np.concatenate(([0], np.flatnonzero(np.diff(parts.day)) + 1))
    rows = zip(
        parts.day[firsts].tolist(),
        _values(aggregation, parts.value, share, firsts).tolist(),
        np.minimum.reduceat(parts.value, firsts).tolist(),
        np.maximum.reduceat(parts.value, firsts).tolist(),
        np.diff(np.append(firsts, len(share))).tolist(),
        strict=True,
    )
    return [DayFigure(*row, *_origin(row[0] - first, counting)) for row in rows]


class _Counting(NamedTuple):
    """Of one source: the parts that count; for each day that is asked about and the one after, whether it has samples,
    some that count, some without an offset, some that a higher source has measured too, and some that reach into the
    next day, where they are not split.
    """

    source_id: int
    parts: Parts
    share: Float64s
    present: Mask
    counts: Mask
    floating: Mask
    shared: Mask
    reaching: Mask

    @classmethod
    def within(cls, fused: Fused, first: int, last: int, *, summed: bool) -> "_Counting":
        day, length = fused.parts.day - first, last - first + 2
        inside = (day >= 0) & (day < length)
        reaching = inside & (not summed) & (fused.parts.last_day > fused.parts.day)
        counts = inside & (day < length - 1) & (fused.counted > 0)
        return cls(
            fused.source_id,
            fused.parts.take(counts),
            fused.counted[counts],
            _marked(day[inside], length),
            _marked(day[counts], length),
            _marked(day[inside & fused.parts.floating], length),
            _marked(day[inside & (fused.exclusive < 1)], length),
            _marked(day[reaching], length),
        )


def _by_day(counting: Sequence[_Counting]) -> tuple[Parts, Float64s]:
    """(all parts that count, by day and start, their shares)."""
    parts = joined_parts([each.parts for each in counting])
    share = np.concatenate([each.share for each in counting])
    # Parts of one source come by start.
    if len(counting) == 1 and (np.diff(parts.day) >= 0).all():
        return parts, share
    order = np.lexsort((parts.start_ms, parts.day))
    return parts.take(order), share[order]


def _origin(at: int, counting: Sequence[_Counting]) -> tuple[list[int], bool, bool]:
    """Of a day: (sources that count, whether another order may say otherwise, whether some do not know their offset)."""
    sources = sorted({each.source_id for each in counting if each.counts[at]})
    # What reaches into the next day meets the samples there.
    met = at + any(bool(each.reaching[at]) for each in counting)
    present = {each.source_id for each in counting if each.present[at] or each.present[met]}
    contested = len(present) > 1 or any(bool(each.shared[at]) for each in counting)
    return sources, contested, any(bool(each.floating[at]) for each in counting)


def _marked(days: Int64s, length: int) -> Mask:
    marked = np.zeros(length, np.bool_)
    marked[days] = True
    return marked


def _values(aggregation: Aggregation, value: Float64s, share: Float64s, firsts: NDArray[np.intp]) -> Float64s:
    if aggregation == "last":
        picked: Float64s = value[np.append(firsts[1:], len(value)) - 1]
        return picked
    totals: Float64s = np.add.reduceat(value * share, firsts)
    return totals if aggregation == "sum" else totals / np.add.reduceat(share, firsts)

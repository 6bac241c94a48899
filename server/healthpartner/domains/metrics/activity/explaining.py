"""Why a day's figure is what it is: which sources were used, overlapped or dropped, and how much of each."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import Float64s
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import window as windows
from healthpartner.domains.metrics.activity.answers import energy_of_parts, told_of
from healthpartner.domains.metrics.activity.columns import Answers
from healthpartner.domains.metrics.activity.days import DECIMALS
from healthpartner.domains.metrics.activity.energy import shares_of_energy
from healthpartner.domains.metrics.activity.figures import ACTIVE, ALL_ENERGY, BASAL, Field, metrics_of
from healthpartner.domains.metrics.activity.window import Total, Window
from healthpartner.domains.metrics.fusion.fusing import Fused
from healthpartner.domains.metrics.fusion.schemas import SourceShare
from healthpartner.domains.metrics.samples.daily import Days

ALONE = "the only source with samples of this day"
FIRST = "comes first where sources overlap"
EXCLUSIVE = "counts where no higher source has measured"
COVERED = "higher sources have measured the same time"
SAW_MORE = "saw more than all others together in a stretch that they share"
SAW_LESS = "another source saw more in a stretch that they share"
LARGER_TOTAL = "a source's own total of the day is larger"
LARGEST = "larger than all samples together"
ONLY_TOTAL = "no source has samples of this day"
THINNED = "what counted when the day was thinned"
SMALLER = "not larger than what counts, and never added to it"
SAMPLES_FIRST = "samples of this day count before a total of it"
LOWER_TOTAL = "a higher source has told a total of this day"

_HEART_RATE = METRICS["heart_rate"]

Explanations = dict[int, dict[str, list[SourceShare]]]


async def explain(
    uow: UnitOfWork, window: Window, fields: Sequence[Field], days: Sequence[int], provider: str | None
) -> Explanations:
    """For each day and field. Reads the samples of the days, which the figures themselves do without."""
    told: Explanations = {day: {} for day in days}
    found = {metric.code: await _of_metric(uow, window, metric, days, provider) for metric in metrics_of(tuple(fields))}
    if ALL_ENERGY.code in found:
        found[ALL_ENERGY.code] = _of_energy(window, found, days)
    for field in {field.metric.code: field for field in fields}.values():
        for day in days:
            shares = found[field.metric.code][day]
            if shares:
                told[day][field.metric.slug if field.metric is _HEART_RATE else field.name] = shares
    return told


async def _of_metric(
    uow: UnitOfWork, window: Window, metric: Metric, days: Sequence[int], provider: str | None
) -> dict[int, list[SourceShare]]:
    _, fused = await windows.fused(uow, metric, Days(min(days), max(days)), provider)
    answers = told_of(window, metric, "value")
    return {day: _shares(window, metric, answers, fused, day) for day in days}


def _of_energy(
    window: Window, found: Mapping[int, Mapping[int, list[SourceShare]]], days: Sequence[int]
) -> dict[int, list[SourceShare]]:
    total, active, basal = (found[metric.code] for metric in (ALL_ENERGY, ACTIVE, BASAL))
    told, made = told_of(window, ALL_ENERGY, "value").numbers, energy_of_parts(window).numbers
    return {
        day: shares_of_energy(told[at], made[at], total[day], active=active[day], basal=basal[day])
        for day, at in zip(days, map(window.place, days), strict=True)
    }


def _shares(window: Window, metric: Metric, answers: Answers, fused: Sequence[Fused], day: int) -> list[SourceShare]:
    summed, at = metric.aggregation == "sum", window.place(day)
    answer, figure = answers.numbers[at], window.figures_of(metric).value[at]
    larger = summed and figure is not None and answer is not None and answer > figure
    best = answers.sources_at(at) if answer is not None and (larger or figure is None) else ()
    used, dropped = LARGEST if larger else ONLY_TOTAL, SMALLER if summed else LOWER_TOTAL if best else SAMPLES_FIRST
    totals = [total for total in window.totals_of(metric).get(day, ()) if total.value is not None]
    of_totals = [_of_total(window, total, used if total.source_id in best else None, dropped) for total in totals]
    return [*_of_samples(metric, fused, day, beaten=larger), *of_totals]


def _of_samples(metric: Metric, fused: Sequence[Fused], day: int, *, beaten: bool) -> list[SourceShare]:
    present = [(each, each.parts.day == day) for each in fused]
    present = [(each, mask) for each, mask in present if mask.any()]
    shares = []
    for place, (each, mask) in enumerate(present):
        if each.samples is not None:
            shares.append(_of_spans(metric, each, mask, beaten=beaten))
            continue
        value, exclusive, counted = each.parts.value[mask], each.exclusive[mask], each.counted[mask]
        whole = _figure(metric, value, np.ones(len(value)))
        counts = 0.0 if beaten else _figure(metric, value, counted)
        reason = _reason(place, len(present), exclusive, counted)
        samples_counting = 0 if beaten else int((counted > 0).sum())
        status = "dropped" if not samples_counting else "used" if (counted == 1).all() else "partly_used"
        shares.append(
            SourceShare(
                each.source.provider,
                "samples",
                status,  # type: ignore[arg-type]
                LARGER_TOTAL if beaten else reason,
                round(whole, DECIMALS),
                round(counts, DECIMALS),
                round(_overlapped(metric, value, 1 - exclusive), DECIMALS),
                int(mask.sum()),
                each.source.device,
            )
        )
    return shares


def _of_spans(metric: Metric, fused: Fused, mask: NDArray[np.bool_], *, beaten: bool) -> SourceShare:
    """Of a thinned day there is only what counted."""
    told = round(_figure(metric, fused.parts.value[mask], fused.counted[mask]), DECIMALS)
    samples = 0 if fused.samples is None else int(fused.samples[mask].sum())
    status, reason = ("dropped", LARGER_TOTAL) if beaten else ("used", THINNED)
    return SourceShare(
        fused.source.provider,
        "samples",
        status,  # type: ignore[arg-type]
        reason,
        told,
        0.0 if beaten else told,
        0.0,
        samples,
        fused.source.device,
    )


def _reason(place: int, present: int, exclusive: Float64s, counted: Float64s) -> str:
    if present == 1:
        return ALONE
    if (counted > exclusive).any():
        return SAW_MORE
    if (counted < exclusive).any():
        return SAW_LESS
    if place == 0:
        return FIRST
    return EXCLUSIVE if (counted > 0).any() else COVERED


def _of_total(window: Window, total: Total, used_because: str | None, dropped_because: str) -> SourceShare:
    source, value = window.sources[total.source_id], total.value or 0.0
    return SourceShare(
        source.provider,
        "daily_total",
        "used" if used_because else "dropped",
        used_because or dropped_because,
        value,
        value if used_because else 0.0,
        0.0,
        0,
        source.device,
    )


def _overlapped(metric: Metric, value: Float64s, share: Float64s) -> float:
    """Of what is summed the share of the sum, else that of the samples."""
    if metric.aggregation == "sum":
        return float((value * share).sum() / value.sum()) if value.any() else 0.0
    return float(share.mean())


def _figure(metric: Metric, value: Float64s, share: Float64s) -> float:
    """As of one source by itself: a sum, or the mean of what is not left out."""
    if metric.aggregation == "sum":
        return float((value * share).sum())
    return float((value * share).sum() / share.sum()) if share.sum() else 0.0

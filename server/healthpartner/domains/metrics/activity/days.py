"""One row for each day, from figures and totals: a day's total competes with its samples and is never added to them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from healthpartner.canonical.instants import date_of
from healthpartner.canonical.metric import Metric
from healthpartner.canonical.metrics import METRICS
from healthpartner.domains.metrics.activity.figures import BASAL, Field, Part
from healthpartner.domains.metrics.activity.ingest import summary_id
from healthpartner.domains.metrics.activity.schemas import ActivityRow, HeartRateOfDay, IntensityMinutes
from healthpartner.domains.metrics.activity.window import Total, Window
from healthpartner.domains.metrics.fusion.priorities import rank

DECIMALS = 6
_GROUPS: Mapping[str, Any] = {"heart_rate": HeartRateOfDay, "intensity_minutes": IntensityMinutes}
_ACTIVE, _ALL_ENERGY = METRICS["calories"], METRICS["total_calories"]


class Answer(NamedTuple):
    """A number and the sources that it comes from."""

    number: float
    sources: frozenset[int]


def days_of(window: Window) -> list[int]:
    """Those that anything is known of, newest first."""
    return sorted({day for _, day in (*window.figures, *window.totals)}, reverse=True)


def row_of(window: Window, day: int, fields: Sequence[Field]) -> ActivityRow | None:
    """None where the day has none of the fields."""
    found = {field.name: answer for field in fields if (answer := answer_of(window, field.metric, field.part, day))}
    if not found:
        return None
    numbers = {name: round(answer.number, DECIMALS) for name, answer in found.items()}
    sources = {source for answer in found.values() for source in answer.sources}
    providers = {window.sources[source].provider for source in sources}
    told = ranked_totals(window, day, {field.metric.code: field.metric for field in fields}.values())
    offset = told[0].offset_minutes if told else None
    return ActivityRow(
        sample_id=UUID(summary_id(told[0].source_id, date_of(day))) if told else None,
        provider=providers.pop() if len(providers) == 1 else None,
        date=date_of(day),
        timezone_offset_minutes=msgspec.UNSET if offset is None else offset,
        **grouped(numbers),
    )


def answer_of(window: Window, metric: Metric, part: Part, day: int) -> Answer | None:
    if metric is _ALL_ENERGY:
        return _all_energy(window, day)
    return told_of(window, metric, part, day)


def ranked_totals(window: Window, day: int, metrics: Iterable[Metric]) -> list[Total]:
    found = [
        (rank(metric, window.sources[total.source_id]), total)
        for metric in metrics
        for total in window.totals.get((metric.code, day), ())
    ]
    return [total for _, total in sorted(found, key=lambda each: each[0])]


def told_of(window: Window, metric: Metric, part: Part, day: int) -> Answer | None:
    """By samples and totals of the metric itself."""
    figure = window.figures.get((metric.code, day))
    best = Answer(getattr(figure, part), frozenset(figure.sources)) if figure else None
    for total in ranked_totals(window, day, [metric]):
        number = getattr(total, part)
        if number is None:
            continue
        # Sums compete by size; of anything else the samples know more, and then the highest source.
        if best is None or (metric.aggregation == "sum" and number > best.number):
            best = Answer(number, frozenset([total.source_id]))
    return best


def _all_energy(window: Window, day: int) -> Answer | None:
    """What is said to be the total, or active energy and that at rest together, where that is more."""
    told = told_of(window, _ALL_ENERGY, "value", day)
    active, basal = told_of(window, _ACTIVE, "value", day), told_of(window, BASAL, "value", day)
    if active is None or basal is None:
        return told
    made = Answer(active.number + basal.number, active.sources | basal.sources)
    return made if told is None or made.number > told.number else told


def grouped(numbers: dict[str, float]) -> dict[str, Any]:
    plain = {name: number for name, number in numbers.items() if "." not in name}
    for group, kind in _GROUPS.items():
        parts = {name.partition(".")[2]: number for name, number in numbers.items() if name.startswith(f"{group}.")}
        if parts:
            plain[group] = kind(**parts)
    return plain

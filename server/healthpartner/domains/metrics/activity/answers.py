"""What counts on each day: figures of samples against totals. A day's total competes with its samples and is never added
to them.
"""

from collections.abc import Mapping
from typing import NamedTuple

from healthpartner.canonical.metric import Metric
from healthpartner.domains.metrics.activity.figures import ACTIVE, ALL_ENERGY, BASAL, Part
from healthpartner.domains.metrics.activity.window import Sources, Window


class Answers(NamedTuple):
    """Numbers by day, and the sources that each comes from."""

    numbers: Mapping[int, float]
    sources: Mapping[int, Sources]


def answers_of(window: Window, metric: Metric, part: Part) -> Answers:
    return _all_energy(window) if metric is ALL_ENERGY else told_of(window, metric, part)


def told_of(window: Window, metric: Metric, part: Part) -> Answers:
    """By samples and totals of the metric itself."""
    figures, totals = window.figures_of(metric), window.totals_of(metric)
    if not totals:
        return Answers(getattr(figures, part), figures.sources)
    numbers: dict[int, float] = dict(getattr(figures, part))
    sources = dict(figures.sources)
    for day, told in totals.items():
        for total in told:
            number: float | None = getattr(total, part)
            # Sums compete by size; of anything else the samples know more, and then the highest source.
            if number is not None and (day not in numbers or (metric.aggregation == "sum" and number > numbers[day])):
                numbers[day], sources[day] = number, (total.source_id,)
    return Answers(numbers, sources)


def energy_of_parts(window: Window) -> Answers:
    """Active energy and that at rest together, of days that have both."""
    (active, of_active), (basal, of_basal) = told_of(window, ACTIVE, "value"), told_of(window, BASAL, "value")
    days = active.keys() & basal.keys()
    return Answers(
        {day: active[day] + basal[day] for day in days}, {day: of_active[day] + of_basal[day] for day in days}
    )


def _all_energy(window: Window) -> Answers:
    """What is said to be the total, or its parts together, where that is more."""
    told, made = told_of(window, ALL_ENERGY, "value"), energy_of_parts(window)
    numbers, sources = dict(told.numbers), dict(told.sources)
    for day, number in made.numbers.items():
        if day not in numbers or number > numbers[day]:
            numbers[day], sources[day] = number, made.sources[day]
    return Answers(numbers, sources)

"""What counts on each day: figures of samples against totals. A day's total competes with its samples and is never added
to them.
"""

from healthpartner.canonical.metric import Metric
from healthpartner.domains.metrics.activity.columns import Answers
from healthpartner.domains.metrics.activity.figures import ACTIVE, ALL_ENERGY, BASAL, Part
from healthpartner.domains.metrics.activity.window import Window


def answers_of(window: Window, metric: Metric, part: Part) -> Answers:
    return _all_energy(window) if metric is ALL_ENERGY else told_of(window, metric, part)


def told_of(window: Window, metric: Metric, part: Part) -> Answers:
    """By samples and totals of the metric itself."""
    figures, totals = window.figures_of(metric), window.totals_of(metric)
    if not totals:
        return Answers(getattr(figures, part), figures.sources)
    numbers, sources = list(getattr(figures, part)), list(figures.sources)
    for day, told in totals.items():
        at = window.place(day)
        for total in told:
            number: float | None = getattr(total, part)
            # Sums compete by size; of anything else the samples know more, and then the highest source.
            if number is not None and (numbers[at] is None or (metric.aggregation == "sum" and number > numbers[at])):
                numbers[at], sources[at] = number, (total.source_id,)
    return Answers(numbers, sources)


def energy_of_parts(window: Window) -> Answers:
    """Active energy and that at rest together, of days that have both."""
    (active, of_active), (basal, of_basal) = told_of(window, ACTIVE, "value"), told_of(window, BASAL, "value")
    return Answers(
        [None if a is None or b is None else a + b for a, b in zip(active, basal, strict=True)],
        [None if a is None or b is None else a + b for a, b in zip(of_active, of_basal, strict=True)],
    )


def _all_energy(window: Window) -> Answers:
    """What is said to be the total, or its parts together, where that is more."""
    made = energy_of_parts(window)
    if not window.knows(ALL_ENERGY):
        return made
    told = told_of(window, ALL_ENERGY, "value")
    numbers, sources = list(told.numbers), list(told.sources)
    for at, (number, known) in enumerate(zip(made.numbers, told.numbers, strict=True)):
        if number is not None and (known is None or number > known):
            numbers[at], sources[at] = number, made.sources[at]
    return Answers(numbers, sources)

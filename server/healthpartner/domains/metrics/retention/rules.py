"""What a policy may ask for, and which days it reaches on a day."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from healthpartner.canonical.metrics import METRICS
from healthpartner.core.errors import Detail, ValidationFailed
from healthpartner.domains.metrics.fusion.clocks import MS_PER_MINUTE
from healthpartner.domains.metrics.retention.schemas import Retention
from healthpartner.domains.metrics.samples.buckets import WIDTHS
from healthpartner.domains.metrics.samples.closed import YOUNGEST_DAYS

LONGEST_DAYS = 100 * 366
A_DAY = 1440

# Single findings, such as a weight or an estimate of fitness, are no recordings: they are kept as they are until they go.
THINNED_CODES = tuple(sorted(metric.code for metric in METRICS.values() if metric.aggregation != "last"))
ALL_CODES = tuple(sorted(metric.code for metric in METRICS.values()))
SPAN_MINUTES: Mapping[str, int] = MappingProxyType({name: width // MS_PER_MINUTE for name, width in WIDTHS.items()})


class Edges(NamedTuple):
    """UTC days: what is before `thinned` is thinned, before `daily` made days of, before `gone` deleted."""

    thinned: date | None
    daily: date | None
    gone: date | None
    span_minutes: int

    @property
    def first_touched(self) -> date | None:
        """What is before is no more as it came."""
        return max((edge for edge in (self.thinned, self.daily) if edge is not None), default=None)


def check(policy: Retention) -> None:
    """Raises ValidationFailed."""
    ages = {name: getattr(policy, name) for name in ("thin_after_days", "daily_after_days", "delete_after_days")}
    told = {name: days for name, days in ages.items() if days is not None}
    wrong = [
        Detail(name, "out_of_range", f"from {YOUNGEST_DAYS} to {LONGEST_DAYS} days")
        for name, days in told.items()
        if not YOUNGEST_DAYS <= days <= LONGEST_DAYS
    ]
    steps = list(told.items())
    wrong += [
        Detail(name, "out_of_range", f"more than {before}")
        for (before, less), (name, days) in pairwise(steps)
        if days <= less
    ]
    if wrong:
        raise ValidationFailed(details=tuple(wrong))


def edges(policy: Retention, today: date) -> Edges:
    def before(days: int | None) -> date | None:
        return None if days is None else today - timedelta(days=days)

    return Edges(
        before(policy.thin_after_days),
        before(policy.daily_after_days),
        before(policy.delete_after_days),
        SPAN_MINUTES[policy.span],
    )

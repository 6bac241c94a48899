"""Fitabase's table of nights: how long a person slept in a day and not when, so days' figures and no sessions."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from healthpartner.canonical.instants import day_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS
from healthpartner.providers.bodies.collected import Collected
from healthpartner.providers.numbers import finite

_TABLE = "sleepDay"
_MOST = METRICS["time_in_bed"].maximum


class Night(NamedTuple):
    """Minutes."""

    asleep: float
    in_bed: float


class Nights:
    """Of each day one night: a day stands twice where studies joined tables, and the longer row has all of it."""

    def __init__(self, collected: Collected) -> None:
        self._collected = collected
        self._longest: dict[date, Night] = {}

    def note(self, day: date | None, row: Mapping[str, str | None]) -> None:
        """A row that is not sound is counted here, so that it takes no other's place."""
        night = _night(row)
        if day is None:
            self._collected.passed_over(_TABLE, "bad_date")
        elif night is None:
            self._collected.passed_over(_TABLE, "bad_value")
        elif day in self._longest:
            self._collected.report.records_read += 1
            self._collected.report.records_merged += 1
            self._longest[day] = max(night, self._longest[day])
        else:
            self._longest[day] = night

    def tell(self) -> None:
        """A whole day of UTC each, offset 0: the day that the table says stands, wherever the person lives."""
        for day, night in self._longest.items():
            at = day_of(day) * DAY_MS
            told = (("time_asleep", night.asleep), ("time_in_bed", night.in_bed))
            kept = [self._collected.sample(slug, at, value, duration_ms=DAY_MS, offset=0) for slug, value in told]
            self._collected.entry(_TABLE, *kept)


def _night(row: Mapping[str, str | None]) -> Night | None:
    """None for what no day can hold; nobody sleeps longer in bed than they are in it."""
    asleep, in_bed = (finite(row.get(name) or "") for name in ("TotalMinutesAsleep", "TotalTimeInBed"))
    if asleep is None or in_bed is None or not 0 <= asleep <= in_bed <= _MOST:
        return None
    return Night(asleep, in_bed)

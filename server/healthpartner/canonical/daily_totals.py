"""What a source says about a whole day: never added to its samples, and never forgotten for them."""

from datetime import date

from msgspec import Struct


class DailyTotal(Struct, frozen=True):
    """What a source says about a whole local day of one metric; parts that it does not tell are None."""

    metric: int
    day: date
    value: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    offset_minutes: int | None = None

    def updated(self, newer: "DailyTotal") -> "DailyTotal":
        """A newer statement wins, and what it does not tell stays."""
        ours, theirs = ((each.value, each.minimum, each.maximum, each.offset_minutes) for each in (self, newer))
        kept = [mine if its is None else its for mine, its in zip(ours, theirs, strict=True)]
        return DailyTotal(self.metric, self.day, *kept)  # type: ignore[arg-type]

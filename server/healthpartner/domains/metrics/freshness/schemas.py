"""What is known of a source, and of the newest day of a metric."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from healthpartner.canonical.metrics import Metric


class SourceFreshness(Struct, frozen=True):
    user_id: UUID
    provider: str
    device: str | None
    last_data_at: datetime


class LatestDay(Struct, frozen=True):
    """One day of one metric from one source; values are in the metric's unit."""

    metric: Metric
    day: date
    provider: str
    samples: int
    minimum: float
    maximum: float
    mean: float

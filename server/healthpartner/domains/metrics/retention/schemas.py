"""How long an organization keeps measurements, as it is asked for and told."""

from typing import Literal

from msgspec import Struct

Span = Literal["five_minute", "fifteen_minute", "one_hour"]


class Retention(Struct, frozen=True, kw_only=True):
    """Ages in days; null means never, and all null that everything is kept in full for good.

    Samples older than `thin_after_days` become spans as wide as `span`, older than `daily_after_days` days; whatever was
    measured is deleted once it is older than `delete_after_days`. Figures of days stay what they are until then.
    """

    thin_after_days: int | None = None
    span: Span = "one_hour"
    daily_after_days: int | None = None
    delete_after_days: int | None = None

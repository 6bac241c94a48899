"""What a reader asks for."""

from msgspec import Struct

from healthpartner.core.pagination import PageRequest
from healthpartner.domains.metrics.items.day_window import DayWindow


class Query(Struct, frozen=True):
    window: DayWindow
    type: str | None
    provider: str | None
    explain: bool
    page: PageRequest

"""Body measures as partners send and receive them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from healthpartner.domains.metrics.fusion.schemas import SourceShare
from healthpartner.domains.metrics.items.schemas import ClientId, Instant, items_of

MOST_ITEMS = 500
METRIC = "body/summary"


class BodyItem(Struct, frozen=True):
    """What was measured at one moment: ISO 8601 with `Z` or an offset."""

    client_id: ClientId
    measured_at: Instant
    weight_kg: float | None = None
    bmi: float | None = None
    body_fat_percent: float | None = None
    body_water_percent: float | None = None
    muscle_mass_kg: float | None = None
    lean_mass_kg: float | None = None
    visceral_fat: float | None = None
    waist_circumference_cm: float | None = None
    is_backfill: bool | None = None


class IngestBody(Struct, frozen=True):
    """`data` is kept undecoded, so that an item that is not valid does not take the others with it."""

    data: Annotated[msgspec.Raw, items_of(BodyItem, MOST_ITEMS)]
    is_backfill: bool = False


class BodyRow(Struct, frozen=True, kw_only=True):
    """What one source has measured at one moment; `date` is the member's local day."""

    sample_id: UUID
    provider: str
    measured_at: datetime
    date: "date"
    device: str | UnsetType = UNSET
    timezone_offset_minutes: int | UnsetType = UNSET
    weight_kg: float | UnsetType = UNSET
    bmi: float | UnsetType = UNSET
    body_fat_percent: float | UnsetType = UNSET
    body_water_percent: float | UnsetType = UNSET
    muscle_mass_kg: float | UnsetType = UNSET
    lean_mass_kg: float | UnsetType = UNSET
    visceral_fat: float | UnsetType = UNSET
    waist_circumference_cm: float | UnsetType = UNSET
    explain: dict[str, list[SourceShare]] | UnsetType = UNSET

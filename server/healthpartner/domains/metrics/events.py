"""What metrics announce."""

from datetime import date
from typing import Any, ClassVar

from msgspec import UNSET, UnsetType

from healthpartner.events.event import Event, Stream


class DailyDataUpdated(Event, frozen=True):
    """New samples of a member, or some taken back. `days` are calendar days where the samples were taken."""

    type: ClassVar[str] = "device.daily_data.updated"
    stream: ClassVar[Stream] = "device_data"
    example: ClassVar[dict[str, Any]] = {
        "metrics": ["heart_rate"],
        "days": ["2026-03-13", "2026-03-14"],
        "provider": "partner:acme",
        "samples_added": 288,
    }

    metrics: list[str]
    days: list[date]
    provider: str
    samples_added: int
    samples_removed: int | UnsetType = UNSET

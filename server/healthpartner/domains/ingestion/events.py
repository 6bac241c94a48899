"""What ingestion announces."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from healthpartner.events.event import Event, Stream


class BackfillCompleted(Event, frozen=True):
    """A member's history has arrived. The days are the first and last UTC days with samples, null without any."""

    type: ClassVar[str] = "device.backfill.completed"
    stream: ClassVar[Stream] = "device_data"
    example: ClassVar[dict[str, Any]] = {
        "provider": "apple_health_kit",
        "job_id": "0199a1f0-7c4e-7d2a-9b7e-3f1d2c4b5a60",
        "records_read": 563000,
        "samples_added": 541200,
        "first_day": "2019-04-02",
        "last_day": "2026-03-14",
    }

    provider: str
    job_id: UUID
    records_read: int
    samples_added: int
    first_day: date | None
    last_day: date | None

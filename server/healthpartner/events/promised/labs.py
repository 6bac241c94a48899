"""What lab analysis will announce: ids and what to show, no values."""

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from healthpartner.events.event import Event, Stream


class LabResultReady(Event, frozen=True):
    """A lab document was analysed; the lab result holds its values."""

    type: ClassVar[str] = "lab.result.ready"
    stream: ClassVar[Stream] = "lab_results"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {
        "lab_result_id": "0199a1f0-7c4e-7d2a-9b7e-3f1d2c4b5a61",
        "status": "ready",
        "test_date": "2026-03-10",
        "lab_name": "Labor Mitte",
    }

    lab_result_id: UUID
    status: Literal["ready"]
    test_date: date | None
    lab_name: str | None


class LabResultFailed(Event, frozen=True):
    """A lab document could not be analysed; `error` is a code, `reason` says it in words."""

    type: ClassVar[str] = "lab.result.failed"
    stream: ClassVar[Stream] = "lab_results"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {
        "lab_result_id": "0199a1f0-7c4e-7d2a-9b7e-3f1d2c4b5a61",
        "status": "failed",
        "error": "unreadable_document",
        "reason": "The document holds no legible lab values.",
    }

    lab_result_id: UUID
    status: Literal["failed"]
    error: str
    reason: str

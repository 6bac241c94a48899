"""What coaching will announce."""

from typing import Any, ClassVar, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType, field

from healthpartner.events.event import Event, Stream


class NudgeTarget(Struct, frozen=True):
    """The card or health action that the nudge is about."""

    type: Literal["card", "health_action"]
    id: UUID


class CoachNudgeCreated(Event, frozen=True):
    """The coach has something for a member. `data` is the whole card or action, only with the `inline` contract."""

    type: ClassVar[str] = "coach.nudge.created"
    stream: ClassVar[Stream] = "coach_nudges"
    available: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {
        "target": {"type": "card", "id": "0199a1f0-7c4e-7d2a-9b7e-3f1d2c4b5a62"},
        "trigger_name": "sleep_recovery",
        "delivery_contract": "basic",
    }

    target: NudgeTarget
    trigger_name: str
    delivery_contract: Literal["basic", "inline"]
    # Not `data`: that is what every event makes of its fields.
    whole: dict[str, Any] | UnsetType = field(default=UNSET, name="data")

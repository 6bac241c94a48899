"""Moving the clock, as partners ask for it."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

A_YEAR_SECONDS = 366 * 86_400


class AdvanceClock(Struct, frozen=True):
    seconds: Annotated[int, Meta(ge=1, le=A_YEAR_SECONDS, description="How far to move the tenant's clock forward.")]


class ClockAdvanced(Struct, frozen=True):
    """`now` is the tenant's new present; `ahead_seconds` how far it is ahead of everybody else's."""

    now: datetime
    ahead_seconds: int
    members_lived: int
    events_recorded: int

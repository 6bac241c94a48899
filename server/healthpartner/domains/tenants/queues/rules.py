"""What is said of a destination, decided from what is known of it."""

from datetime import datetime
from typing import Literal


def state_of(
    kind: str | None, paused_at: datetime | None, probe_at: datetime | None
) -> Literal["active", "failing", "paused"] | None:
    if kind is None:
        return None
    if paused_at is not None:
        return "paused"
    return "active" if probe_at is None else "failing"

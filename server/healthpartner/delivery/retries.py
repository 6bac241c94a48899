"""When a failed delivery is tried again: a fixed schedule with jitter, inside a window after which it has failed."""

from datetime import datetime, timedelta

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(hours=24),
)
MAXIMUM_ATTEMPTS = len(DELAYS) + 1
WINDOW = timedelta(hours=48)
JITTER = 0.2


def next_attempt(attempts: int, now: datetime, created_at: datetime, chance: float) -> datetime | None:
    """When to try again after `attempts` failures, the last one at `now`; None when the delivery has failed for good.

    `chance` in 0..1 places the attempt within 20 % before to 20 % after the nominal delay. The last one is brought
    forward to the end of the window if it would fall behind it.
    """
    window_end = created_at + WINDOW
    if attempts >= MAXIMUM_ATTEMPTS or now >= window_end:
        return None
    delay = DELAYS[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    return min(now + delay, window_end)

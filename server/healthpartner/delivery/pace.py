"""Holds replays back while new events come in, so that they take only a small part of a worker, its database and its
destinations.
"""

import asyncio
import time

# For so long after a new event it counts as certain that more of them follow.
GIVES_WAY_SECONDS = 1.0


class Pace:
    """Gives turns one after another, at even distances, to whoever asks: farther apart after `give_way`."""

    def __init__(self, per_second: float, per_second_giving_way: float) -> None:
        self._distance, self._distance_giving_way = 1 / per_second, 1 / per_second_giving_way
        self._next, self._gives_way_until = 0.0, 0.0

    def give_way(self) -> None:
        self._gives_way_until = time.monotonic() + GIVES_WAY_SECONDS

    async def turn(self) -> None:
        now = time.monotonic()
        at = max(now, self._next)
        self._next = at + (self._distance_giving_way if now < self._gives_way_until else self._distance)
        await asyncio.sleep(at - now)

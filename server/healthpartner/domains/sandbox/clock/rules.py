"""When devices hand over what they have noticed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

SYNC_EVERY = timedelta(hours=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def syncs(after: datetime, until: datetime) -> Iterator[datetime]:
    """Every full hour after the one instant, up to the other: the same ones however the time between is cut."""
    at = after - (after - _EPOCH) % SYNC_EVERY
    while (at := at + SYNC_EVERY) <= until:
        yield at

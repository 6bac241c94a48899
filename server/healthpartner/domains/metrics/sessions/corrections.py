"""Which sessions a source has corrected: of those that start at one moment, the one that was accepted last counts.

That goes for sources that give sessions ids of their own and do not say when they changed one. Without an id a session
is known by its start and end, so that another end is another copy; and a source's own clock says more than the order in
which its words came.
"""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar
from uuid import UUID

from healthpartner.domains.metrics.sessions.storing import Stated


class Stored(Protocol):
    @property
    def sample_id(self) -> UUID: ...
    @property
    def source_id(self) -> int: ...
    @property
    def accepted(self) -> int: ...


T = TypeVar("T", bound=Stored)


def is_correctable(session: Stated) -> bool:
    return session.external_id is not None and session.updated_ms is None


def corrections(
    items: Iterable[T], told: Callable[[T], Stated], corrects: Callable[[T, T], bool] = lambda _later, _earlier: True
) -> dict[UUID, T]:
    """What counts in place of each that was corrected, by the id of that; it was not corrected itself."""
    by_start: dict[tuple[int, int], list[T]] = {}
    for each in items:
        session = told(each)
        if is_correctable(session):
            by_start.setdefault((each.source_id, session.start_ms), []).append(each)
    found: dict[UUID, T] = {}
    for group in by_start.values():
        later: list[T] = []
        for each in sorted(group, key=lambda one: one.accepted, reverse=True):
            by = next((one for one in later if one.accepted > each.accepted and corrects(one, each)), None)
            if by is not None:
                found[each.sample_id] = found.get(by.sample_id, by)
            later.append(each)
    return found

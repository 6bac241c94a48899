"""Which sessions a partner has corrected: of its own that start at one moment, the one that was accepted last counts.

Others correct a session under the same id. What they tell with one start are copies that grew, and come in any order.
"""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar
from uuid import UUID

from healthpartner.canonical.samples import SampleSource
from healthpartner.domains.metrics.fusion.priorities import is_partner


class Stored(Protocol):
    @property
    def sample_id(self) -> UUID: ...
    @property
    def source_id(self) -> int: ...
    @property
    def source(self) -> SampleSource: ...
    @property
    def accepted(self) -> int: ...


T = TypeVar("T", bound=Stored)


def corrections(
    items: Iterable[T], start_ms: Callable[[T], int], corrects: Callable[[T, T], bool] = lambda _later, _earlier: True
) -> dict[UUID, T]:
    """What counts in place of each that was corrected, by the id of that; it was not corrected itself."""
    by_start: dict[tuple[int, int], list[T]] = {}
    for each in items:
        if is_partner(each.source):
            by_start.setdefault((each.source_id, start_ms(each)), []).append(each)
    found: dict[UUID, T] = {}
    for group in by_start.values():
        later: list[T] = []
        for each in sorted(group, key=lambda one: one.accepted, reverse=True):
            by = next((one for one in later if one.accepted > each.accepted and corrects(one, each)), None)
            if by is not None:
                found[each.sample_id] = found.get(by.sample_id, by)
            later.append(each)
    return found

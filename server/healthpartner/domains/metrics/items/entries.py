"""One entry of a member by its id, whatever kind it is of."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork


class Found(NamedTuple):
    """An entry as its source told it; `metrics` and `days` are what it is about."""

    entry_id: UUID
    provider: str
    row: Any
    metrics: list[str]
    days: list[date]


class Kind(NamedTuple):
    """`read` answers None for an id that is none of this kind's; `remove` is for one that is there, the member locked.

    `remove` answers every entry, of whatever kind, that what it removed was told as or as a part of: the partner's own
    ids of all of them are free afterwards.
    `known` finds an entry by the partner's own id, where kinds do not share those that are kept for all.
    """

    metric: str
    row: type[Any]
    read: Callable[[UnitOfWork, UUID], Awaitable[Found | None]]
    remove: Callable[[UnitOfWork, UUID], Awaitable[Sequence[UUID]]]
    known: Callable[[UnitOfWork, str], Awaitable[UUID | None]] | None = None

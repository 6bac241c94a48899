"""What storing sessions of any kind shares: the newer statement counts, and a statement to the database has an end."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from healthpartner.domains.metrics.samples.service import StoreResult
from healthpartner.domains.metrics.sessions.identity import HasBounds, identity_of

_SESSIONS_A_STATEMENT = 500


class Stated(HasBounds, Protocol):
    @property
    def updated_ms(self) -> int | None: ...


S = TypeVar("S", bound=Stated)


async def put_newest(sessions: Sequence[S], put: Callable[[dict[str, S]], Awaitable[StoreResult]]) -> StoreResult:
    """Puts each session once, a statement's worth at a time; `put` takes sessions by their identity."""
    newest = list(_newest(sessions).items())
    found = [
        await put(dict(newest[first : first + _SESSIONS_A_STATEMENT]))
        for first in range(0, len(newest), _SESSIONS_A_STATEMENT)
    ]
    added, replaced = sum(part.added for part in found), sum(part.replaced for part in found)
    days = sorted({day for part in found for day in part.days})
    return StoreResult(added, replaced, len(sessions) - added - replaced, tuple(days))


def _newest(sessions: Iterable[S]) -> dict[str, S]:
    """Each session once; of two statements the one that its source made later, else the one that came later."""
    newest: dict[str, S] = {}
    for session in sessions:
        key = identity_of(session)
        before = newest.get(key)
        if before is None or (session.updated_ms or before.updated_ms or 0) >= (before.updated_ms or 0):
            newest[key] = session
    return newest

"""Going through an organization's members, page by page: one member's fault does not keep others from their turn."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

import structlog

from healthpartner.core.errors import Unauthorized

MEMBERS_A_PAGE = 500

_log = structlog.get_logger(__name__)
_FIRST = UUID(int=0)


class Round(NamedTuple):
    """How many members had their turn; `failed` are those to come back to."""

    members: int
    failed: int


async def go_round(
    page: Callable[[UUID, int], Awaitable[list[UUID]]], work: Callable[[UUID], Awaitable[None]], fault: str
) -> Round:
    """`page` answers the members after one, by id, at most so many; `fault` is what a failure is called in the log."""
    done, failed, after = 0, 0, _FIRST
    while True:
        members = await page(after, MEMBERS_A_PAGE)
        for member in members:
            try:
                await work(member)
                done += 1
            except Unauthorized:
                # Gone meanwhile, and the data with the member.
                pass
            except Exception as error:  # noqa: BLE001 - one member's data must not keep that of all others
                failed += 1
                _log.error(fault, error=type(error).__name__)
        if len(members) < MEMBERS_A_PAGE:
            return Round(done, failed)
        after = members[-1]

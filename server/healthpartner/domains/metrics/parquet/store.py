"""Sessions as they lie in the database, a few at a time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from healthpartner.canonical.samples import SampleSource
from healthpartner.core.unit_of_work import UnitOfWork

_PAGE = 200
_FIRST = (-1, datetime.min.replace(tzinfo=UTC), UUID(int=0))
# In the order in which they were accepted, so that what is put back is accepted in that order again. Of those without
# one the longest comes last.
_AFTER = """WHERE org_id = $1 AND user_id = $2 AND (accepted, end_at, sample_id) > ($3, $4, $5)
ORDER BY accepted, end_at, sample_id LIMIT $6"""
_SLEEP = f"SELECT * FROM sleep_session JOIN sample_source USING (org_id, user_id, source_id) {_AFTER}"
_WORKOUTS = f"SELECT * FROM workout JOIN sample_source USING (org_id, user_id, source_id) {_AFTER}"

# None without the source.
_ACCEPTED = """
SELECT sessions_accepted FROM sample_source WHERE org_id = $1 AND user_id = $2 AND provider = $3 AND device = $4
"""


async def accepted(uow: UnitOfWork, source: SampleSource) -> int | None:
    """How many sessions of a source were accepted so far."""
    number: int | None = await uow.fetchval(_ACCEPTED, uow.org_id, uow.member_id, source.provider, source.device or "")
    return number


def nights(uow: UnitOfWork) -> AsyncIterator[list[Any]]:
    return _pages(uow, _SLEEP)


def workouts(uow: UnitOfWork) -> AsyncIterator[list[Any]]:
    return _pages(uow, _WORKOUTS)


async def _pages(uow: UnitOfWork, sql: str) -> AsyncIterator[list[Any]]:
    after = _FIRST
    while True:
        page = await uow.fetch(sql, uow.org_id, uow.member_id, *after, _PAGE)
        if page:
            yield page
        if len(page) < _PAGE:
            return
        last = page[-1]
        after = (last["accepted"], last["end_at"], last["sample_id"])

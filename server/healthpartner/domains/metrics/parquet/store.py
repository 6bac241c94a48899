"""Sessions as they lie in the database, a few at a time."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork

_PAGE = 200
_FIRST = UUID(int=0)
_SLEEP = """
SELECT * FROM sleep_session JOIN sample_source USING (org_id, user_id, source_id)
WHERE org_id = $1 AND user_id = $2 AND sample_id > $3 ORDER BY sample_id LIMIT $4
"""
_WORKOUTS = """
SELECT * FROM workout JOIN sample_source USING (org_id, user_id, source_id)
WHERE org_id = $1 AND user_id = $2 AND sample_id > $3 ORDER BY sample_id LIMIT $4
"""


def nights(uow: UnitOfWork) -> AsyncIterator[list[Any]]:
    return _pages(uow, _SLEEP)


def workouts(uow: UnitOfWork) -> AsyncIterator[list[Any]]:
    return _pages(uow, _WORKOUTS)


async def _pages(uow: UnitOfWork, sql: str) -> AsyncIterator[list[Any]]:
    after = _FIRST
    while True:
        page = await uow.fetch(sql, uow.org_id, uow.member_id, after, _PAGE)
        if page:
            yield page
        if len(page) < _PAGE:
            return
        after = page[-1]["sample_id"]

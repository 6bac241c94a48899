"""Summaries of days, newest first, a page at a time."""

from datetime import UTC, datetime, time
from uuid import UUID

import msgspec

from healthpartner.canonical.instants import day_of
from healthpartner.core.pagination import Pagination, encode_cursor
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import days, window
from healthpartner.domains.metrics.activity.explaining import explain
from healthpartner.domains.metrics.activity.figures import metrics_of, of_type
from healthpartner.domains.metrics.activity.query import Query
from healthpartner.domains.metrics.activity.schemas import ActivityRow

_NO_ID = UUID(int=0)


async def read(uow: UnitOfWork, wanted: Query) -> tuple[list[ActivityRow], Pagination]:
    """Raises ValidationFailed, and Unauthorized for a member who is gone."""
    wanted.window.check(uow.now())
    fields = of_type(wanted.type)
    found = await window.read(uow, metrics_of(fields), *wanted.window, wanted.provider)
    rows = [row for day in days.days_of(found) if (row := days.row_of(found, day, fields)) is not None]
    page = wanted.page
    rest = rows if page.after is None else [row for row in rows if row.date < page.after[0].date()]
    shown = rest[page.offset : page.offset + page.limit]
    more = len(rest) > page.offset + page.limit
    cursor = encode_cursor((datetime.combine(shown[-1].date, time(), UTC), _NO_ID)) if more and shown else None
    if wanted.explain and shown:
        told = await explain(uow, found, fields, [day_of(row.date) for row in shown], wanted.provider)
        shown = [msgspec.structs.replace(row, explain=told[day_of(row.date)]) for row in shown]
    return shown, Pagination(page.limit, page.offset, len(rows), cursor)

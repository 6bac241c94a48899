"""Summaries of days, newest first, a page at a time."""

from datetime import UTC, datetime, time
from uuid import UUID

import msgspec

from healthpartner.canonical.instants import date_of, day_of
from healthpartner.core.pagination import Pagination, encode_cursor
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import window
from healthpartner.domains.metrics.activity.days import Days
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
    days, page = Days(found, fields), wanted.page
    before = None if page.after is None else day_of(page.after[0].date())
    rest = [day for day in days.newest_first if before is None or day < before]
    shown = rest[page.offset : page.offset + page.limit]
    rows = days.rows(shown)
    more = len(rest) > page.offset + page.limit
    cursor = encode_cursor((datetime.combine(date_of(shown[-1]), time(), UTC), _NO_ID)) if more and shown else None
    if wanted.explain and shown:
        told = await explain(uow, found, fields, shown, wanted.provider)
        rows = [msgspec.structs.replace(row, explain=told[day]) for day, row in zip(shown, rows, strict=True)]
    return rows, Pagination(page.limit, page.offset, len(days.newest_first), cursor)

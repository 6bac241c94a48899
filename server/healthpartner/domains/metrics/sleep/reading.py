"""Nights and naps of a window, a page at a time: which sessions belong together is seen without opening their stages."""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from healthpartner.canonical.instants import instant_of
from healthpartner.core.pagination import PageRequest, Pagination
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.sessions.window import Key, instants, newest_first
from healthpartner.domains.metrics.sleep import rows, store
from healthpartner.domains.metrics.sleep.blocks import Block, alone, blocks
from healthpartner.domains.metrics.sleep.nights import Night, night
from healthpartner.domains.metrics.sleep.schemas import SleepRow, SleepStream

# Sessions that belong to a night of the window begin and end no further outside of it.
_AROUND = timedelta(days=2)


class SleepQuery(Struct, frozen=True):
    """`provider` is for the sessions of one provider as it told them, `explain` for what became of each session."""

    window: DayWindow
    provider: str | None
    explain: bool
    page: PageRequest


class _Found(NamedTuple):
    nights: list[Night]
    pagination: Pagination


async def summaries(uow: UnitOfWork, wanted: SleepQuery) -> tuple[list[SleepRow], Pagination]:
    """Newest first. Raises Unauthorized for a member who is gone."""
    found = await _read(uow, wanted)
    return [rows.summary(each, explain=wanted.explain) for each in found.nights], found.pagination


async def streams(uow: UnitOfWork, wanted: SleepQuery) -> tuple[list[SleepStream], Pagination]:
    """As `summaries`, with the stages."""
    found = await _read(uow, wanted)
    return [rows.stream(each) for each in found.nights], found.pagination


async def _read(uow: UnitOfWork, wanted: SleepQuery) -> _Found:
    now = uow.now()
    wanted.window.check(now)
    found = await store.of_window(uow, *instants(wanted.window, now, _AROUND), wanted.provider)
    timezone = found.timezone
    first, last = wanted.window.within(now, timezone)
    sessions = [rows.closed(row, found.preferred) for row in found.rows]
    made = blocks(sessions, timezone) if wanted.provider is None else [alone(each, timezone) for each in sessions]
    shown, pagination = newest_first([each for each in made if first <= each.day <= last], _key, wanted.page)
    by_id = {row["sample_id"]: row for row in found.rows}
    return _Found([night(_opened(block, by_id)) for block in shown], pagination)


def _opened(block: Block, by_id: dict[UUID, Any]) -> Block:
    members, beside = (
        tuple(rows.opened(each, by_id[each.sample_id]) for each in sessions)
        for sessions in (block.members, block.beside)
    )
    return msgspec.structs.replace(block, members=members, beside=beside)


def _key(block: Block) -> Key:
    return instant_of(block.end_ms), min(each.sample_id for each in block.members)

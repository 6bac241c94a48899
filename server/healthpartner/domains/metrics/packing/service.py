"""Packs a member's old months, and opens them again."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from healthpartner.canonical.metrics import METRICS
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.packing import store
from healthpartner.domains.metrics.packing.store import PackRow
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples import store as chunks
from healthpartner.domains.metrics.samples.chunks import ChunkRow
from healthpartner.domains.metrics.samples.packs import neighbours, pack

# A season is what is read most, and what sources come back to: it stays in days.
PACKED_AFTER_DAYS = 92

CODES = tuple(sorted(metric.code for metric in METRICS.values()))


def edge_of(today: date) -> date:
    """The first day that is not packed, which is the first of a month."""
    return (today - timedelta(days=PACKED_AFTER_DAYS)).replace(day=1)


async def due(uow: UnitOfWork, after: UUID, most: int) -> list[UUID]:
    """A page of members with months to look at, by id."""
    return await store.due(uow, after, edge_of(uow.now().date()), most)


async def pack_month(uow: UnitOfWork) -> int | None:
    """Packs the first month that is due; answers how many days, None where no month is. Commit after each.

    Raises Unauthorized for a member who is gone.
    """
    await samples.claim(uow, None, [])
    edge = edge_of(uow.now().date())
    day = await store.next_day(uow, CODES, edge)
    if day is None:
        await store.note(uow, edge)
        return None
    first = day.replace(day=1)
    end = (first + timedelta(days=31)).replace(day=1)
    # What came late to a month that was packed before is packed with the rest of it.
    await chunks.put_back(uow, await store.take_beside_loose(uow, CODES, first, end))
    rows = await store.loose(uow, CODES, first, end)
    packed = await asyncio.to_thread(lambda: list(_packs(rows)))
    if packed:
        days = [(made.metric, made.source_id, each.day) for made, together in packed for each in together]
        await store.replace(uow, days, [made for made, _ in packed])
    await store.note(uow, end)
    return sum(len(together) for _, together in packed)


async def open_all(uow: UnitOfWork) -> None:
    """Makes chunks of single days out of all of a member's packs. Raises Unauthorized for a member who is gone."""
    await samples.claim(uow, None, [])
    await chunks.open_packs(uow, CODES, date.min, date.max)


def _packs(rows: Sequence[Any]) -> Iterator[tuple[PackRow, list[ChunkRow]]]:
    """(a pack, what it is made of), of chunks by metric, source and day."""
    for (metric, source_id), of_series in groupby(rows, lambda row: (row["metric"], row["source_id"])):
        found = [ChunkRow(**{name: row[name] for name in ChunkRow.__struct_fields__}) for row in of_series]
        for together in neighbours(found):
            if len(together) > 1:
                yield _packed(metric, source_id, together), together


def _packed(metric: int, source_id: int, together: Sequence[ChunkRow]) -> PackRow:
    first, last = together[0], together[-1]
    count = sum(chunk.n for chunk in together)
    return PackRow(metric, source_id, first.day, last.day, count, first.span_minutes, pack(together))

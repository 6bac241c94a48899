"""Entries of a window of days, newest first: what several sources say about one minute is one source's word."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import UNSET

from healthpartner.canonical.instants import date_of, day_of, instant_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, SampleSource
from healthpartner.core.pagination import PageRequest, Pagination, page_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.body.identity import entry_id
from healthpartner.domains.metrics.body.measures import CODES, MEASURES
from healthpartner.domains.metrics.body.schemas import BodyRow
from healthpartner.domains.metrics.fusion.fusing import fuse
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.samples.surroundings import Surroundings, around

DECIMALS = 6

# (source id, instant in ms)
At = tuple[int, int]


class Entry(NamedTuple):
    """`offset_minutes` is None where the source does not know its own."""

    source: SampleSource
    day: int
    offset_minutes: int | None
    values: dict[str, float]


async def read(
    uow: UnitOfWork, wanted: DayWindow, provider: str | None, page: PageRequest
) -> tuple[list[BodyRow], Pagination]:
    """Raises ValidationFailed, and Unauthorized for a member who is gone."""
    wanted.check(uow.now())
    earliest, latest = wanted.widest(uow.now())
    span = ((day_of(earliest) - 1) * DAY_MS, (day_of(latest) + 2) * DAY_MS)
    found = await around(uow, CODES, METRICS["weight"], span, provider)
    first, last = wanted.within(uow.now(), found.order.timezone)
    entries = await entries_of(found)
    rows = [row_of(at, entry) for at, entry in entries.items() if day_of(first) <= entry.day <= day_of(last)]
    rows.sort(key=_key, reverse=True)
    rest = rows if page.after is None else [row for row in rows if _key(row) < page.after]
    return page_of(rest[page.offset : page.offset + page.limit + 1], page, len(rows), _key)


async def entries_of(found: Surroundings) -> dict[At, Entry]:
    """What counts of every source, each moment of a source one entry."""
    entries: dict[At, Entry] = {}
    for name, metric in MEASURES.items():
        for fused in fuse(metric, await found.only(metric).series(metric), found.order):
            parts, batch = fused.parts, fused.clocked.batch
            # A moment that a higher source has measured in part is one that it has measured.
            counts = (fused.counted == 1).tolist()
            columns = zip(parts.start_ms.tolist(), parts.day.tolist(), batch.offset_minutes.tolist(), strict=True)
            floating, values = parts.floating.tolist(), parts.value.round(DECIMALS).tolist()
            for index, (at_ms, day, offset) in enumerate(columns):
                if counts[index]:
                    known = None if floating[index] else offset
                    entry = entries.setdefault((fused.source_id, at_ms), Entry(fused.source, day, known, {}))
                    entry.values[name] = values[index]
    return entries


def row_of(at: At, entry: Entry) -> BodyRow:
    source_id, at_ms = at
    return BodyRow(
        sample_id=UUID(entry_id(source_id, at_ms)),
        provider=entry.source.provider,
        measured_at=instant_of(at_ms),
        date=date_of(entry.day),
        device=entry.source.device or UNSET,
        timezone_offset_minutes=UNSET if entry.offset_minutes is None else entry.offset_minutes,
        **entry.values,
    )


def _key(row: BodyRow) -> tuple[datetime, UUID]:
    return row.measured_at, row.sample_id

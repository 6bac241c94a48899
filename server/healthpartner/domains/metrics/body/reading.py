"""Entries of a window of days, newest first: what several sources say about one minute is one source's word."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET

from healthpartner.canonical.instants import date_of, day_of, instant_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import DAY_MS, SampleSource
from healthpartner.core.pagination import PageRequest, Pagination, page_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.body import explaining
from healthpartner.domains.metrics.body.identity import entry_id
from healthpartner.domains.metrics.body.measured import DECIMALS, At, Measured, measured_in
from healthpartner.domains.metrics.body.measures import CODES
from healthpartner.domains.metrics.body.schemas import BodyRow
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.samples.surroundings import around


class Entry(NamedTuple):
    """`offset_minutes` is None where the source does not know its own."""

    source: SampleSource
    day: int
    offset_minutes: int | None
    values: dict[str, Any]


async def read(
    uow: UnitOfWork, wanted: DayWindow, provider: str | None, page: PageRequest, *, explain: bool = False
) -> tuple[list[BodyRow], Pagination]:
    """Raises ValidationFailed, and Unauthorized for a member who is gone."""
    wanted.check(uow.now())
    earliest, latest = wanted.widest(uow.now())
    span = ((day_of(earliest) - 1) * DAY_MS, (day_of(latest) + 2) * DAY_MS)
    found = await around(uow, CODES, METRICS["weight"], span, provider)
    first, last = wanted.within(uow.now(), found.order.timezone)
    measured = await measured_in(found)
    entries = entries_of(measured)
    rows = [row_of(at, entry) for at, entry in entries.items() if day_of(first) <= entry.day <= day_of(last)]
    rows.sort(key=_key, reverse=True)
    rest = rows if page.after is None else [row for row in rows if _key(row) < page.after]
    shown, pagination = page_of(rest[page.offset : page.offset + page.limit + 1], page, len(rows), _key)
    return _explained(shown, entries, measured) if explain else shown, pagination


def _explained(rows: Sequence[BodyRow], entries: Mapping[At, Entry], measured: Measured) -> list[BodyRow]:
    ids = {row.sample_id for row in rows}
    by_id = {row_id: at for at in entries if (row_id := _id_of(at)) in ids}
    told = explaining.explain(measured, frozenset(by_id.values()))
    return [msgspec.structs.replace(row, explain=told[by_id[row.sample_id]]) for row in rows]


def entries_of(measured: Measured) -> dict[At, Entry]:
    """What counts of every source, each moment of a source one entry."""
    entries: dict[At, Entry] = {}
    for name, ranked in measured.items():
        for fused in ranked:
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
    return BodyRow(
        sample_id=_id_of(at),
        provider=entry.source.provider,
        measured_at=instant_of(at[1]),
        date=date_of(entry.day),
        device=entry.source.device or UNSET,
        timezone_offset_minutes=UNSET if entry.offset_minutes is None else entry.offset_minutes,
        **entry.values,
    )


def _id_of(at: At) -> UUID:
    return UUID(entry_id(*at))


def _key(row: BodyRow) -> tuple[datetime, UUID]:
    return row.measured_at, row.sample_id

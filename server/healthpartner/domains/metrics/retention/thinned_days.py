"""Some days of one metric of a member, thinned: their chunks are replaced, and the figures that they made stay for good."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import numpy as np

from healthpartner.canonical.instants import date_of, day_of
from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import DAY_MS, SampleBatch
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.fusion.clocks import MS_PER_MINUTE
from healthpartner.domains.metrics.fusion.fusing import Order, fuse
from healthpartner.domains.metrics.retention import store
from healthpartner.domains.metrics.retention.thinning import thin
from healthpartner.domains.metrics.rollups import store as figures
from healthpartner.domains.metrics.rollups.rules import rolled
from healthpartner.domains.metrics.samples import daily
from healthpartner.domains.metrics.samples.chunks import ChunkRow, chunk_of
from healthpartner.domains.metrics.samples.surroundings import around

# What decides on a day lies within it, whatever the clock says.
_MARGIN_DAYS = 2
_STALE_A_TIME = 2000


async def thin_days(
    uow: UnitOfWork, metric: Metric, days: tuple[date, date], minutes: int, *, dry: bool
) -> tuple[int, int]:
    """(rows that were there, spans in their place) of the days from the first to before the end.

    The member must be locked.
    """
    while not dry and await daily.recount(uow, _STALE_A_TIME) == _STALE_A_TIME:
        pass
    first, end = map(day_of, days)
    span = ((first - _MARGIN_DAYS) * DAY_MS, (end + _MARGIN_DAYS) * DAY_MS)
    found = await around(uow, [metric.code], metric, span)
    series = await found.series(metric)

    def thinned() -> dict[int, SampleBatch]:
        timezone = found.order.timezone
        return thin(metric, fuse(metric, series, Order(*found.order)), timezone, minutes * MS_PER_MINUTE, first, end)

    spans = await asyncio.to_thread(thinned)
    held = await store.chunks(uow, metric.code, days)
    chunks = list(_chunks(spans, held, minutes))
    if not dry:
        await store.replace(uow, metric.code, days, chunks)
        await _freeze(uow, metric, list(spans.values()), (first - 1, end))
    return sum(row["n"] for row in held.values()), sum(chunk.n for chunk in chunks)


def _chunks(spans: Mapping[int, SampleBatch], held: Mapping[tuple[date, int], Any], minutes: int) -> Iterator[ChunkRow]:
    """With the least, the most and the total that the source told of the day, as they were."""
    for source_id, batch in spans.items():
        for day, part in batch.split_by_day():
            chunk = chunk_of(source_id, date_of(day), part, minutes)
            before = held.get((chunk.day, source_id))
            kept = {} if before is None else {name: before[name] for name in ("minimum", "maximum", "total")}
            yield msgspec.structs.replace(chunk, **kept)


async def _freeze(uow: UnitOfWork, metric: Metric, spans: Sequence[SampleBatch], within: tuple[int, int]) -> None:
    """`within` are the local days that the thinned ones can lie on; what reaches further still says all that it did."""
    target = rolled(metric)
    if target is None or not spans:
        return
    shifts = [each.offset_minutes.astype(np.int64) * MS_PER_MINUTE for each in spans]
    first = min(int((each.start_ms + shift).min()) for each, shift in zip(spans, shifts, strict=True))
    last = max(int((each.start_ms + each.duration_ms + shift).max()) for each, shift in zip(spans, shifts, strict=True))
    days = range(max(first // DAY_MS, within[0]), min(max(first, last - 1) // DAY_MS, within[1]) + 1)
    await figures.freeze(uow, target.code, days)

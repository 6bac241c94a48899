"""What a member may take along: every sample, every total of a day, and figures whose samples are no more. Erasure needs nothing here, for both go with
the member's row.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta, timezone
from typing import Any

from healthpartner.canonical.samples import UNKNOWN_OFFSET
from healthpartner.canonical.units import original
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import service as activity
from healthpartner.domains.metrics.rollups import kept as rollups
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.observations import observations
from healthpartner.domains.metrics.samples.service import StoredChunk

Rows = Iterator[dict[str, Any]]


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Rows]]:
    """(name, rows), by metric and day; a name comes as often as it has chunks, so memory stays flat."""
    async for chunk in samples.every_chunk(uow):
        yield f"samples/{chunk.batch.metric.slug}", _rows(chunk)
    async for totals in activity.every_total(uow):
        yield "daily_totals", iter(totals)
    async for figures in rollups.every_kept(uow):
        yield "daily_figures", iter(figures)


async def resources(uow: UnitOfWork) -> AsyncIterator[Rows]:
    """FHIR R4 Observations, a chunk at a time."""
    async for chunk in samples.every_chunk(uow):
        yield observations(chunk, uow.member_id)


def _rows(chunk: StoredChunk) -> Rows:
    batch, metric = chunk.batch, chunk.batch.metric
    samples_of = None if batch.thinned is None else batch.thinned.samples
    for index, start_ms in enumerate(batch.start_ms.tolist()):
        start = samples.instant_of(start_ms)
        offset = int(batch.offset_minutes[index])
        zone = None if offset == UNKNOWN_OFFSET else timezone(timedelta(minutes=offset))
        values = [batch.value] if batch.second is None else [batch.value, batch.second]
        yield {
            "start": start.astimezone(zone) if zone else start,
            "end": samples.instant_of(start_ms + int(batch.duration_ms[index])),
            **{name: float(column[index]) for name, column in zip(metric.components, values, strict=True)},
            "unit": metric.unit,
            **({} if batch.unit is None else original(metric, int(batch.unit[index]), float(batch.value[index]))),
            **({"samples": int(samples_of[index])} if samples_of is not None and samples_of[index] else {}),
            "provider": chunk.source.provider,
            "device": chunk.source.device,
        }

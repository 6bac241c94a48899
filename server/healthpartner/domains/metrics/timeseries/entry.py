"""One sample by its id."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np

from healthpartner.canonical.instants import date_of
from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.sample_ids import parse_sample_id
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.body.identity import told_with_sample
from healthpartner.domains.metrics.items.entries import Found, Kind
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import local_days
from healthpartner.domains.metrics.timeseries.raw import rows_of
from healthpartner.domains.metrics.timeseries.schemas import METRIC, TimeseriesRow


async def read(uow: UnitOfWork, entry_id: UUID) -> Found | None:
    code, source_id, start_ms = parse_sample_id(entry_id) or (0, 0, 0)
    metric = METRICS_BY_CODE.get(code)
    chunk = None if metric is None else await samples.find(uow, metric, source_id, start_ms)
    if metric is None or chunk is None:
        return None
    (row,) = rows_of(metric, [chunk], 0, 1)
    days = [date_of(day) for day in np.unique(local_days(chunk.batch)).tolist()]
    return Found(entry_id, chunk.source.provider, row, [metric.slug], days)


async def remove(uow: UnitOfWork, entry_id: UUID) -> Sequence[UUID]:
    code, source_id, start_ms = parse_sample_id(entry_id) or (0, 0, 0)
    metric = METRICS_BY_CODE[code]
    await samples.remove(uow, metric, source_id, start_ms)
    return told_with_sample(metric, source_id, start_ms)


ENTRY = Kind(METRIC, TimeseriesRow, read, remove)

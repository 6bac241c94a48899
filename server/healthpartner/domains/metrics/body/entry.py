"""What one source has measured at one moment, by its id."""

from collections.abc import Sequence
from uuid import UUID

from healthpartner.canonical.entries import BODY_SUMMARY
from healthpartner.canonical.instants import date_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.sample_ids import parse_sample_id
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.body.identity import told_with_entry
from healthpartner.domains.metrics.body.measured import measured_in
from healthpartner.domains.metrics.body.measures import CODES, MEASURES
from healthpartner.domains.metrics.body.reading import entries_of, row_of
from healthpartner.domains.metrics.body.schemas import METRIC, BodyRow
from healthpartner.domains.metrics.items.entries import Found, Kind
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.surroundings import around


async def read(uow: UnitOfWork, entry_id: UUID) -> Found | None:
    code, source_id, at_ms = parse_sample_id(entry_id) or (0, 0, 0)
    if code != BODY_SUMMARY:
        return None
    found = await around(uow, CODES, METRICS["weight"], (at_ms, at_ms + 1))
    alone = found._replace(chunks={key: data for key, data in found.chunks.items() if key[2] == source_id})
    entry = entries_of(await measured_in(alone)).get((source_id, at_ms))
    if entry is None:
        return None
    metrics = sorted(MEASURES[name].slug for name in entry.values)
    return Found(entry_id, entry.source.provider, row_of((source_id, at_ms), entry), metrics, [date_of(entry.day)])


async def remove(uow: UnitOfWork, entry_id: UUID) -> Sequence[UUID]:
    _, source_id, at_ms = parse_sample_id(entry_id) or (0, 0, 0)
    for metric in MEASURES.values():
        await samples.remove(uow, metric, source_id, at_ms)
    return told_with_entry(source_id, at_ms)


ENTRY = Kind(METRIC, BodyRow, read, remove)

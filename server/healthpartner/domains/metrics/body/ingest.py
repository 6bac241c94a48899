"""One call of a partner: entries in, one result for each of them out, in their order."""

from collections.abc import Sequence

import numpy as np

from healthpartner.canonical.instants import date_of, epoch_ms
from healthpartner.canonical.samples import Int16s, Int64s, SampleBatch
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.body import rules
from healthpartner.domains.metrics.body.identity import entry_id
from healthpartner.domains.metrics.body.measures import MEASURES
from healthpartner.domains.metrics.body.schemas import METRIC, MOST_ITEMS, BodyItem, IngestBody
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.items import instants
from healthpartner.domains.metrics.items import service as noting
from healthpartner.domains.metrics.items.decoding import ItemDecoder, rejected
from healthpartner.domains.metrics.items.entry_ids import EntryIds
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.samples import closed
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import local_days
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.events import outbox

_decoder = ItemDecoder(BodyItem, MOST_ITEMS)


async def ingest(uow: UnitOfWork, call: IngestBody) -> list[ItemResult]:
    """Stores what is sound and new. Raises ValidationFailed for what is no list, PayloadTooLarge."""
    decoded = _decoder.decode(call.data)
    results = dict(decoded.rejected)
    at_ms, offsets = instants.parse([item.measured_at for item in decoded.items])
    sound: list[int] = []
    for index, item in enumerate(decoded.items):
        fault = rules.fault_of(item, int(at_ms[index]), epoch_ms(uow.now()))
        if fault is None:
            sound.append(index)
        else:
            results[decoded.places[index]] = rejected(item.client_id, fault)
    provider, sources = await samples.claim(uow, None, [""])
    for index in await closed.gone(uow, {index: int(at_ms[index]) for index in sound}):
        results[decoded.places[index]] = rejected(decoded.items[index].client_id, closed.gone_fault("measured_at"))
        sound.remove(index)
    ids = [entry_id(sources[""], int(at_ms[index])) for index in sound]
    client_ids = [decoded.items[index].client_id for index in sound]
    new, told = await noting.note(uow, METRIC, client_ids, EntryIds.told(ids))
    fresh = np.array(sound, np.intp)[new]
    if len(fresh):
        items = [decoded.items[index] for index in fresh.tolist()]
        await _store(uow, sources[""], items, at_ms[fresh], offsets[fresh])
        live = [not (call.is_backfill or item.is_backfill) for item in items]
        if any(live):
            await _announce(
                uow, provider, _batch("weight_kg", items, at_ms[fresh], offsets[fresh]).take(np.array(live)), items
            )
        await audit.record(uow, "body.ingested", "metric", "body/summary", user_id=uow.member_id)
    return noting.in_order(results, [decoded.places[index] for index in sound], told)


async def _store(uow: UnitOfWork, source_id: int, items: Sequence[BodyItem], at_ms: Int64s, offsets: Int16s) -> None:
    for name in MEASURES:
        batch = _batch(name, items, at_ms, offsets)
        told = ~np.isnan(batch.value)
        if told.any():
            await samples.put(uow, source_id, batch.take(told))


def _batch(name: str, items: Sequence[BodyItem], at_ms: Int64s, offsets: Int16s) -> SampleBatch:
    """NaN where an item does not have the measure."""
    values = np.array([getattr(item, name) for item in items], np.float64)
    return SampleBatch(MEASURES[name], at_ms, np.zeros(len(items), np.int64), values, None, offsets)


async def _announce(uow: UnitOfWork, provider: str, live: SampleBatch, items: Sequence[BodyItem]) -> None:
    told = {name for item in items for name in MEASURES if getattr(item, name) is not None}
    metrics = sorted(MEASURES[name].slug for name in told)
    days = [date_of(day) for day in np.unique(local_days(live)).tolist()]
    await outbox.record(uow, DailyDataUpdated(metrics, days, provider, len(live)), uow.member_id)

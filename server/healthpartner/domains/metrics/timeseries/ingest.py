"""One call of a partner: items in, one result for each of them out, in their order."""

from operator import attrgetter
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.instants import date_of
from healthpartner.canonical.metrics import METRICS_BY_CODE, Metric
from healthpartner.canonical.sample_ids import parse_sample_id
from healthpartner.canonical.samples import Int64s, SampleBatch
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics import service as metrics
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.items import service as noting
from healthpartner.domains.metrics.items.decoding import Decoded, rejected
from healthpartner.domains.metrics.items.schemas import ItemError, ItemResult
from healthpartner.domains.metrics.samples import closed
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import local_days
from healthpartner.domains.metrics.timeseries import decoding, rules
from healthpartner.domains.metrics.timeseries.identity import sample_ids
from healthpartner.domains.metrics.timeseries.schemas import METRIC, IngestTimeseries, TimeseriesItem
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.events import outbox

_client_id, _is_backfill = attrgetter("client_id"), attrgetter("is_backfill")


async def ingest(uow: UnitOfWork, slug: str, call: IngestTimeseries) -> list[ItemResult]:
    """Stores what is sound and new; a `client_id` is known for good, and stands for a sample of one metric.

    Raises NotFound for an unknown metric, ValidationFailed where a unit is of another quantity, PayloadTooLarge.
    """
    metric = metrics.metric_of(slug)
    decoded = decoding.decode(call.data, metric)
    results = dict(decoded.rejected)
    items, batch, places = _sound(decoded, metric, samples.epoch_ms(uow.now()), results)
    series = rules.series_of(items, metric)
    provider, sources = await samples.claim(uow, None, sorted(set(series)))
    refused = await closed.refused(uow, batch)
    if refused is not None:
        items, batch, places = _taken_in(refused, items, batch, places, results)
        series = rules.series_of(items, metric)
    source_ids = np.fromiter(map(sources.__getitem__, series), np.int64, len(series))
    ids = sample_ids(metric, source_ids, batch.start_ms)
    new = await noting.note(uow, METRIC, list(map(_client_id, items)), places, ids, results)
    _refuse_ids_of_other_metrics(metric, [places[at] for at in np.flatnonzero(~new).tolist()], results)
    if new.any():
        changed = await _put(uow, batch.take(new), source_ids[new])
        live = new & _is_live(items, call)
        if changed and live.any():
            await _announce(uow, provider, batch.take(live))
        await audit.record(uow, "samples.ingested", "metric", slug, user_id=uow.member_id)
    return [results[place] for place in range(len(results))]


def _sound(
    decoded: Decoded[TimeseriesItem], metric: Metric, now_ms: int, results: dict[int, ItemResult]
) -> tuple[list[TimeseriesItem], SampleBatch, list[int]]:
    """The sound items, their columns and their places in the call; the others get their result here."""
    items, places = decoded.items, decoded.places
    batch, faults = rules.examine(items, metric, now_ms)
    if not faults:
        return items, batch, places
    for index, fault in faults.items():
        results[places[index]] = rejected(items[index].client_id, fault)
    sound = [index for index in range(len(items)) if index not in faults]
    return [items[index] for index in sound], batch.take(np.array(sound, np.intp)), [places[index] for index in sound]


def _taken_in(
    refused: closed.Refused,
    items: list[TimeseriesItem],
    batch: SampleBatch,
    places: list[int],
    results: dict[int, ItemResult],
) -> tuple[list[TimeseriesItem], SampleBatch, list[int]]:
    """Without those for days that retention has closed, which get their result here."""
    for at in np.flatnonzero(refused.any).tolist():
        fault = closed.gone_fault("start") if refused.gone[at] else closed.thinned_fault("start")
        results[places[at]] = rejected(items[at].client_id, fault)
    taken = np.flatnonzero(~refused.any)
    return [items[at] for at in taken.tolist()], batch.take(taken), [places[at] for at in taken.tolist()]


def _refuse_ids_of_other_metrics(metric: Metric, known: list[int], results: dict[int, ItemResult]) -> None:
    """Such an item is no repeat of anything: as a duplicate it would be lost without a word."""
    for place in known:
        client_id, sample_id = results[place].client_id, results[place].sample_id
        code, *_ = parse_sample_id(UUID(str(sample_id))) or (metric.code,)
        if code != metric.code:
            other = METRICS_BY_CODE[code].slug
            fault = ItemError("invalid_value", f"it stands for a sample of {other} already", "client_id")
            results[place] = rejected(client_id, fault)


async def _put(uow: UnitOfWork, batch: SampleBatch, source_ids: Int64s) -> bool:
    """Whether anything changed."""
    stored = [
        await samples.put(uow, source_id, batch.take(source_ids == source_id))
        for source_id in sorted(set(source_ids.tolist()))
    ]
    return any(result.days for result in stored)


def _is_live(items: list[TimeseriesItem], call: IngestTimeseries) -> NDArray[np.bool_]:
    if call.is_backfill:
        return np.zeros(len(items), np.bool_)
    return ~np.array(list(map(_is_backfill, items)), np.bool_)


async def _announce(uow: UnitOfWork, provider: str, batch: SampleBatch) -> None:
    days = list(map(date_of, sorted(set(local_days(batch).tolist()))))
    await outbox.record(uow, DailyDataUpdated([batch.metric.slug], days, provider, len(batch)), uow.member_id)

"""One call of a partner: items in, one result for each of them out, in their order."""

from collections.abc import Sequence
from typing import NamedTuple, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.instants import date_of
from healthpartner.canonical.metrics import METRICS_BY_CODE, Metric
from healthpartner.canonical.sample_ids import parse_sample_id, sample_id_halves
from healthpartner.canonical.samples import Int64s, SampleBatch
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics import service as metrics
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.items import service as noting
from healthpartner.domains.metrics.items.decoding import rejected
from healthpartner.domains.metrics.items.entry_ids import EntryIds
from healthpartner.domains.metrics.items.schemas import ItemError, ItemResult
from healthpartner.domains.metrics.samples import closed
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import local_days
from healthpartner.domains.metrics.timeseries import decoding, rules
from healthpartner.domains.metrics.timeseries.decoding import Decoded
from healthpartner.domains.metrics.timeseries.schemas import METRIC, IngestTimeseries
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.events import outbox


class _Told(NamedTuple):
    """Items in columns, each with its place in the call and its series' place among the names of series."""

    batch: SampleBatch
    client_ids: Sequence[str]
    places: Sequence[int]
    series: NDArray[np.intp]
    backfill: NDArray[np.bool_]

    def take(self, at: NDArray[np.intp]) -> Self:
        taken = at.tolist()
        return type(self)(
            self.batch.take(at),
            [self.client_ids[each] for each in taken],
            [self.places[each] for each in taken],
            self.series[at],
            self.backfill[at],
        )


async def ingest(uow: UnitOfWork, slug: str, call: IngestTimeseries) -> list[ItemResult]:
    """Stores what is sound and new; a `client_id` is known for good, and stands for a sample of one metric.

    Raises NotFound for an unknown metric, ValidationFailed where a unit is of another quantity, PayloadTooLarge.
    """
    metric = metrics.metric_of(slug)
    decoded = decoding.decode(call.data, metric)
    refused = dict(decoded.rejected)
    names, told = _sound(decoded, metric, samples.epoch_ms(uow.now()), refused)
    used = np.flatnonzero(np.bincount(told.series)).tolist()
    provider, sources = await samples.claim(uow, None, [names[each] for each in used])
    told = await _taken_in(uow, told, refused)
    # 0 stands for series that only rejected items are of.
    source_ids = np.array([sources.get(name, 0) for name in names], np.int64)[told.series]
    ids = EntryIds.kept(sample_id_halves(metric.code, source_ids, told.batch.start_ms))
    new, results = await noting.note(uow, METRIC, told.client_ids, ids)
    _refuse_ids_of_other_metrics(metric, np.flatnonzero(~new).tolist(), results)
    if new.any():
        changed = await _put(uow, told.batch.take(new), source_ids[new])
        live = new & ~told.backfill
        if changed and live.any() and not call.is_backfill:
            await _announce(uow, provider, told.batch.take(live))
        await audit.record(uow, "samples.ingested", "metric", slug, user_id=uow.member_id)
    return noting.in_order(refused, told.places, results)


def _sound(decoded: Decoded, metric: Metric, now_ms: int, refused: dict[int, ItemResult]) -> tuple[list[str], _Told]:
    """(the names of series, the sound items); the others get their result here."""
    columns, places = decoded.columns, decoded.places
    batch, faults = rules.examine(columns, metric, now_ms)
    names, series = rules.series_of(columns, metric)
    client_ids = columns["client_id"]
    told = _Told(batch, client_ids, places, series, np.array(columns["is_backfill"], np.bool_))
    if not faults:
        return names, told
    for index, fault in faults.items():
        refused[places[index]] = rejected(client_ids[index], fault)
    return names, told.take(np.array([index for index in range(len(batch)) if index not in faults], np.intp))


async def _taken_in(uow: UnitOfWork, told: _Told, refused: dict[int, ItemResult]) -> _Told:
    """Without those for days that retention has closed, which get their result here."""
    closing = await closed.refused(uow, told.batch)
    if closing is None:
        return told
    for at in np.flatnonzero(closing.any).tolist():
        fault = closed.gone_fault("start") if closing.gone[at] else closed.thinned_fault("start")
        refused[told.places[at]] = rejected(told.client_ids[at], fault)
    return told.take(np.flatnonzero(~closing.any))


def _refuse_ids_of_other_metrics(metric: Metric, known: list[int], results: list[ItemResult]) -> None:
    """Such an item is no repeat of anything: as a duplicate it would be lost without a word."""
    for at in known:
        client_id, sample_id = results[at].client_id, results[at].sample_id
        code, *_ = parse_sample_id(UUID(str(sample_id))) or (metric.code,)
        if code != metric.code:
            other = METRICS_BY_CODE[code].slug
            fault = ItemError("invalid_value", f"it stands for a sample of {other} already", "client_id")
            results[at] = rejected(client_id, fault)


async def _put(uow: UnitOfWork, batch: SampleBatch, source_ids: Int64s) -> bool:
    """Whether anything changed."""
    each = [(source_id, batch.take(source_ids == source_id)) for source_id in sorted(set(source_ids.tolist()))]
    return any(result.days for result in await samples.put_admitted(uow, each))


async def _announce(uow: UnitOfWork, provider: str, batch: SampleBatch) -> None:
    days = list(map(date_of, sorted(set(local_days(batch).tolist()))))
    await outbox.record(uow, DailyDataUpdated([batch.metric.slug], days, provider, len(batch)), uow.member_id)

"""One call of a partner: items in, one result for each of them out, in their order."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.sample_ids import sample_id
from healthpartner.canonical.samples import SampleBatch
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics import service as metrics
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import local_days
from healthpartner.domains.metrics.timeseries import decoding, rules, store
from healthpartner.domains.metrics.timeseries.decoding import Decoded, rejected
from healthpartner.domains.metrics.timeseries.schemas import IngestTimeseries, ItemResult
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.events import outbox

_EPOCH_DAY = date(1970, 1, 1)
_INSTANT_BIAS = 1 << 47
_AFTER_INSTANT = 13


async def ingest(uow: UnitOfWork, slug: str, call: IngestTimeseries) -> list[ItemResult]:
    """Stores what is sound and new; a `client_id` is known for good, whatever the metric.

    Raises NotFound for an unknown metric, ValidationFailed where a unit is of another quantity, PayloadTooLarge.
    """
    metric = metrics.metric_of(slug)
    decoded = decoding.decode(call.data, metric)
    results = dict(decoded.rejected)
    batch, sound = _sound(decoded, metric, samples.epoch_ms(uow.now()), results)
    series = [rules.series_of(decoded.items[index], metric) for index in sound]
    provider, source_ids = await samples.claim(uow, None, sorted(set(series)))
    ids = _sample_ids(metric, [source_ids[each] for each in series], batch.start_ms[sound].tolist())
    accepted = await _first_seen(uow, decoded, sound, ids, results)
    if accepted:
        places = np.array([sound[at] for at in accepted])
        added = await _put(uow, batch.take(places), [source_ids[series[at]] for at in accepted])
        live = _live(decoded, places.tolist(), call)
        if added and live:
            await _announce(uow, provider, batch.take(np.array(live)))
        await audit.record(uow, "samples.ingested", "metric", slug, user_id=uow.member_id)
    return [results[place] for place in range(len(results))]


def _sound(
    decoded: Decoded, metric: Metric, now_ms: int, results: dict[int, ItemResult]
) -> tuple[SampleBatch, list[int]]:
    """(all items in columns, the indexes of the sound ones); the others get their result here."""
    batch, faults = rules.examine(decoded.items, metric, now_ms)
    for index, fault in faults.items():
        client_id = decoded.items[index].client_id
        results[decoded.places[index]] = rejected(client_id, fault.code, fault.message, fault.field)
    if not faults:
        return batch, list(range(len(batch)))
    return batch, [index for index in range(len(batch)) if index not in faults]


async def _first_seen(
    uow: UnitOfWork, decoded: Decoded, sound: Sequence[int], ids: Sequence[str], results: dict[int, ItemResult]
) -> list[int]:
    """Positions in `sound` of the items never seen before. Every sound item gets its result here."""
    client_ids = [decoded.items[index].client_id for index in sound]
    keys = [_key(client_id) for client_id in client_ids]
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        first.setdefault(key, at)
    known = await store.remember(uow, list(first), [ids[at] for at in first.values()]) if first else {}
    accepted: list[int] = []
    for at, key in enumerate(keys):
        place = decoded.places[sound[at]]
        if first[key] == at and key not in known:
            accepted.append(at)
            results[place] = ItemResult(client_ids[at], "accepted", ids[at])
        else:
            results[place] = ItemResult(client_ids[at], "duplicate", known.get(key) or ids[first[key]])
    return accepted


async def _put(uow: UnitOfWork, batch: SampleBatch, source_ids: Sequence[int]) -> bool:
    """Whether anything changed."""
    changed = False
    owners = np.array(source_ids)
    for source_id in sorted(set(source_ids)):
        stored = await samples.put(uow, source_id, batch.take(owners == source_id))
        changed = changed or bool(stored.days)
    return changed


def _live(decoded: Decoded, indexes: Sequence[int], call: IngestTimeseries) -> list[int]:
    return [] if call.is_backfill else [index for index in indexes if not decoded.items[index].is_backfill]


async def _announce(uow: UnitOfWork, provider: str, batch: SampleBatch) -> None:
    days = [_EPOCH_DAY + timedelta(days=day) for day in np.unique(local_days(batch)).tolist()]
    event = DailyDataUpdated([batch.metric.slug], days, provider, len(batch))
    await outbox.record(uow, event, uow.member_id)


def _key(client_id: str) -> str:
    return hashlib.blake2b(client_id.encode(), digest_size=16).hexdigest()


def _sample_ids(metric: Metric, source_ids: Sequence[int], starts: Sequence[int]) -> list[str]:
    """`sample_id` as text; only the leading twelve digits, the instant, differ within a series."""
    tails = {source: str(sample_id(metric.code, source, 0))[_AFTER_INSTANT:] for source in set(source_ids)}
    instants = [f"{start + _INSTANT_BIAS:012x}" for start in starts]
    return [f"{digits[:8]}-{digits[8:]}{tails[source]}" for digits, source in zip(instants, source_ids, strict=True)]

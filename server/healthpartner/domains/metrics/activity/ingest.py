"""One call of a partner: days in, one result for each of them out, in their order."""

from collections.abc import Iterable, Sequence
from datetime import date

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.entries import ACTIVITY_SUMMARY
from healthpartner.canonical.instants import day_of
from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.sample_ids import sample_id
from healthpartner.canonical.samples import DAY_MS, SampleSource
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import rules, store
from healthpartner.domains.metrics.activity.schemas import METRIC, MOST_ITEMS, ActivityItem, IngestActivity
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.items import service as noting
from healthpartner.domains.metrics.items.decoding import ItemDecoder, rejected
from healthpartner.domains.metrics.items.entry_ids import EntryIds
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.samples import closed
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.events import outbox

_decoder = ItemDecoder(ActivityItem, MOST_ITEMS)


async def ingest(uow: UnitOfWork, call: IngestActivity) -> list[ItemResult]:
    """Stores what is sound and new. Raises ValidationFailed for what is no list, PayloadTooLarge."""
    decoded = _decoder.decode(call.data)
    results = dict(decoded.rejected)
    sound: list[tuple[int, ActivityItem]] = []
    for place, item in zip(decoded.places, decoded.items, strict=True):
        fault = rules.fault_of(item, uow.now())
        if fault is None:
            sound.append((place, item))
        else:
            results[place] = rejected(item.client_id, fault)
    provider, sources = await samples.claim(uow, None, [""])
    gone = await closed.gone(uow, {index: day_of(item.date) * DAY_MS for index, (_, item) in enumerate(sound)})
    for index in gone:
        place, item = sound[index]
        results[place] = rejected(item.client_id, closed.gone_fault("date"))
    sound = [each for index, each in enumerate(sound) if index not in gone]
    ids = [summary_id(sources[""], item.date) for _, item in sound]
    client_ids = [item.client_id for _, item in sound]
    new, told = await noting.note(uow, METRIC, client_ids, EntryIds.told(ids))
    fresh = [item for (_, item), is_new in zip(sound, new.tolist(), strict=True) if is_new]
    if fresh:
        changed = await store.put(uow, sources[""], _newest(total for item in fresh for total in rules.totals_of(item)))
        live = [item for item in fresh if not (call.is_backfill or item.is_backfill) and item.date in changed]
        if live:
            await _announce(uow, provider, live)
        await audit.record(uow, "activity.ingested", "metric", "activity/summary", user_id=uow.member_id)
    return noting.in_order(results, [place for place, _ in sound], told)


async def put(uow: UnitOfWork, source: SampleSource, totals: Sequence[DailyTotal]) -> set[date]:
    """What a source that is no partner says about whole days; answers the days that changed."""
    device = source.device or ""
    _, sources = await samples.claim(uow, source.provider, [device])
    return await store.put(uow, sources[device], _newest(totals)) if totals else set()


def summary_id(source_id: int, day: date) -> str:
    """What one source says about one day is known by both."""
    return str(sample_id(ACTIVITY_SUMMARY, source_id, day_of(day) * DAY_MS))


def _newest(totals: Iterable[DailyTotal]) -> list[DailyTotal]:
    """Each metric and day once."""
    found: dict[tuple[int, date], DailyTotal] = {}
    for total in totals:
        key = (total.metric, total.day)
        found[key] = found[key].updated(total) if key in found else total
    return list(found.values())


async def _announce(uow: UnitOfWork, provider: str, items: Sequence[ActivityItem]) -> None:
    codes = {total.metric for item in items for total in rules.totals_of(item)}
    metrics = sorted(METRICS_BY_CODE[code].slug for code in codes)
    days = sorted({item.date for item in items})
    await outbox.record(uow, DailyDataUpdated(metrics, days, provider, len(items)), uow.member_id)

"""One call of a partner with sessions: items in, one result for each of them out, in their order."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.items.decoding import ItemDecoder, rejected
from healthpartner.domains.metrics.items.schemas import ItemError, ItemResult
from healthpartner.domains.metrics.samples import closed
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.events import outbox

Item = TypeVar("Item", bound=Struct)
Told = TypeVar("Told")


class Call(Protocol):
    @property
    def data(self) -> msgspec.Raw: ...
    @property
    def is_backfill(self) -> bool: ...


class Kept(NamedTuple):
    """What an item became; `is_new` is false where its id was known already. `days` are those that it may change."""

    sample_id: UUID
    is_new: bool
    days: set[date]


class Kind(NamedTuple, Generic[Item, Told]):
    """A kind of session: what an item is, how it is examined, and how it is kept."""

    name: str
    summary: str
    decoder: ItemDecoder[Item]
    examine: Callable[[Item, int], Told | ItemError]
    keep: Callable[[UnitOfWork, int, Sequence[Told]], Awaitable[list[Kept]]]


async def ingest(uow: UnitOfWork, kind: Kind[Any, Any], call: Call) -> list[ItemResult]:
    """Stores what is sound and new; the repeat of a `client_id` answers the first sample. Raises PayloadTooLarge."""
    decoded = kind.decoder.decode(call.data)
    results = dict(decoded.rejected)
    items = dict(zip(decoded.places, decoded.items, strict=True))
    sound = _sound(items, kind, samples.epoch_ms(uow.now()), results)
    # Also where nothing is sound, for a member who is gone gets no answer.
    provider, ids = await samples.claim(uow, None, [""] if sound else [])
    sound = await _kept_for_long(uow, items, sound, results)
    if sound:
        kept = await kind.keep(uow, ids[""], [told for _, told in sound])
        for (place, _), each in zip(sound, kept, strict=True):
            status = "accepted" if each.is_new else "duplicate"
            results[place] = ItemResult(items[place].client_id, status, str(each.sample_id))  # type: ignore[arg-type]
        new = {place: each for (place, _), each in zip(sound, kept, strict=True) if each.is_new}
        live = [each for place, each in new.items() if not _is_backfill(call, items[place])]
        await _tell(uow, kind, provider, live, any_new=bool(new))
    return [results[place] for place in sorted(results)]


def _sound(
    items: dict[int, Any], kind: Kind[Any, Any], now_ms: int, results: dict[int, ItemResult]
) -> list[tuple[int, Any]]:
    sound = []
    for place, item in items.items():
        told = kind.examine(item, now_ms)
        if isinstance(told, ItemError):
            results[place] = rejected(item.client_id, told)
        else:
            sound.append((place, told))
    return sound


async def _kept_for_long(
    uow: UnitOfWork, items: dict[int, Any], sound: list[tuple[int, Any]], results: dict[int, ItemResult]
) -> list[tuple[int, Any]]:
    """Without those that are older than what the organization keeps. The member must be locked."""
    gone = await closed.gone(uow, {place: told.end_ms for place, told in sound})
    results |= {place: rejected(items[place].client_id, closed.gone_fault("end")) for place in gone}
    return [each for each in sound if each[0] not in gone]


def _is_backfill(call: Call, item: Any) -> bool:
    return bool(call.is_backfill or item.is_backfill)


async def _tell(uow: UnitOfWork, kind: Kind[Any, Any], provider: str, live: Sequence[Kept], *, any_new: bool) -> None:
    if live:
        days = sorted({day for each in live for day in each.days})
        await outbox.record(uow, DailyDataUpdated([kind.name], days, provider, len(live)), uow.member_id)
    if any_new:
        await audit.record(uow, "samples.ingested", "metric", kind.summary, user_id=uow.member_id)

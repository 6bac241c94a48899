"""Which items of a call are new, and what partners' own ids stand for."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.entry_ids import EntryIds
from healthpartner.domains.metrics.items.remembering import forget, forget_older, known, remember
from healthpartner.domains.metrics.items.schemas import ItemResult

__all__ = ["Noted", "forget", "forget_older", "in_order", "known", "note"]


class Noted(NamedTuple):
    """Which items are new, and what is answered to each."""

    new: NDArray[np.bool_]
    results: list[ItemResult]


async def note(uow: UnitOfWork, kind: str, client_ids: Sequence[str], ids: EntryIds) -> Noted:
    """Keeps the partner's ids of items of a kind; `ids` are what new ones are known by here. The member must be locked."""
    if not client_ids:
        return Noted(np.zeros(0, np.bool_), [])
    first = _first_of_each(client_ids)
    if first is None:
        stored = await remember(uow, kind, client_ids, ids)
    else:
        stored = await remember(uow, kind, [client_ids[at] for at in first.tolist()], ids.take(first))
    if not stored and first is None:
        accepted = [
            ItemResult(client_id, "accepted", id_) for client_id, id_ in zip(client_ids, ids.texts, strict=True)
        ]
        return Noted(np.ones(len(client_ids), np.bool_), accepted)
    return _told(client_ids, ids.texts, stored)


def in_order(
    rejected: Mapping[int, ItemResult], places: Sequence[int], results: Sequence[ItemResult]
) -> list[ItemResult]:
    """The results of all items of a call: of those that are rejected by their places, of the others as `places` say."""
    if not rejected:
        return list(results)
    found = {**rejected, **dict(zip(places, results, strict=True))}
    return [found[place] for place in range(len(found))]


def _first_of_each(client_ids: Sequence[str]) -> NDArray[np.intp] | None:
    """Where each id comes first; None where each comes once."""
    if len(set(client_ids)) == len(client_ids):
        return None
    first = {client_id: at for at, client_id in reversed(list(enumerate(client_ids)))}
    return np.array(sorted(first.values()), np.intp)


def _told(client_ids: Sequence[str], ids: Sequence[str], stored: Mapping[str, str]) -> Noted:
    standing_for = dict(stored)
    new, results = [], []
    for client_id, id_ in zip(client_ids, ids, strict=True):
        new.append(client_id not in standing_for)
        entry_id = standing_for.setdefault(client_id, id_)
        results.append(ItemResult(client_id, "accepted" if new[-1] else "duplicate", entry_id))
    return Noted(np.array(new, np.bool_), results)

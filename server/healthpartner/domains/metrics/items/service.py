"""Which items of a call are new, and what partners' own ids stand for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.remembering import forget, forget_older, known, remember
from healthpartner.domains.metrics.items.schemas import ItemResult

__all__ = ["forget", "forget_older", "known", "note"]


async def note(
    uow: UnitOfWork,
    kind: str,
    client_ids: Sequence[str],
    places: Sequence[int],
    ids: Sequence[str],
    results: dict[int, ItemResult],
) -> NDArray[np.bool_]:
    """Which items of a kind are new; `ids` are what they would be known by here. Every item gets its result.

    The member must be locked.
    """
    first = dict(zip(reversed(client_ids), reversed(ids), strict=True))
    stored = await remember(uow, kind, first) if first else {}
    if not stored and len(first) == len(client_ids):
        accepted = [ItemResult(client_id, "accepted", id_) for client_id, id_ in zip(client_ids, ids, strict=True)]
        results.update(zip(places, accepted, strict=True))
        return np.ones(len(client_ids), np.bool_)
    seen = set(stored)
    new: list[bool] = []
    for client_id, place in zip(client_ids, places, strict=True):
        new.append(client_id not in seen)
        seen.add(client_id)
        entry_id = stored.get(client_id) or first[client_id]
        results[place] = ItemResult(client_id, "accepted" if new[-1] else "duplicate", entry_id)
    return np.array(new, np.bool_)

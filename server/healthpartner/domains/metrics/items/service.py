"""Which items of a call are new, and what partners' own ids stand for."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items import store
from healthpartner.domains.metrics.items.identity import client_keys
from healthpartner.domains.metrics.items.schemas import ItemResult


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
    keys = client_keys(uow.org_id, kind, client_ids)
    first = dict(zip(reversed(keys), reversed(ids), strict=True))
    stored = await store.remember(uow, list(first), list(first.values())) if first else {}
    if not stored and len(first) == len(keys):
        accepted = [ItemResult(client_id, "accepted", id_) for client_id, id_ in zip(client_ids, ids, strict=True)]
        results.update(zip(places, accepted, strict=True))
        return np.ones(len(keys), np.bool_)
    seen = set(stored)
    new: list[bool] = []
    for client_id, key, place in zip(client_ids, keys, places, strict=True):
        new.append(key not in seen)
        seen.add(key)
        results[place] = ItemResult(client_id, "accepted" if new[-1] else "duplicate", stored.get(key) or first[key])
    return np.array(new, np.bool_)


async def known(uow: UnitOfWork, kind: str, client_id: str) -> UUID | None:
    """The id of the entry of a kind that a partner's own id stands for."""
    (key,) = client_keys(uow.org_id, kind, [client_id])
    return await store.known(uow, key)


async def forget(uow: UnitOfWork, entry_id: UUID) -> None:
    """Frees every partner's own id of an entry that is gone."""
    await store.forget(uow, entry_id)

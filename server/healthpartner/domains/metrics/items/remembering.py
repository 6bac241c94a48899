"""The partners' own ids as one dictionary for each member and kind of item, from the id to the entry that it stands for.

The member must be locked for what changes it.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np

from healthpartner.canonical.sample_ids import sample_id
from healthpartner.canonical.samples import Int64s
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items import store
from healthpartner.domains.metrics.items.blocks import Block
from healthpartner.domains.metrics.items.entry_ids import EntryIds
from healthpartner.domains.metrics.items.identity import Neighbours, client_keys, sorted_out


async def remember(uow: UnitOfWork, kind: str, client_ids: Sequence[str], entries: EntryIds) -> dict[str, str]:
    """Keeps the ids that are new, each of which comes once; answers the entry's id of each one that was known."""
    neighbours, alone = sorted_out(uow.org_id, kind, client_ids)
    known: dict[str, str] = {}
    if neighbours.members:
        known |= await _remember_neighbours(uow, kind, client_ids, neighbours, entries.halves)
    if alone:
        named = [client_ids[at] for at in alone]
        known |= await _remember_alone(uow, kind, named, [entries.texts[at] for at in alone])
    return known


async def known(uow: UnitOfWork, kind: str, client_id: str) -> UUID | None:
    """The id of the entry that one of the partner's own ids stands for."""
    neighbours, _ = sorted_out(uow.org_id, kind, [client_id])
    found: dict[str, str] = {}
    if neighbours.members:
        found = _in_blocks([client_id], neighbours, (await store.blocks(uow, list(neighbours.members))).found)
    found = found or await store.single(uow, client_keys(uow.org_id, kind, [client_id]))
    return next(map(UUID, found.values()), None)


async def forget(uow: UnitOfWork, entry_ids: Sequence[UUID]) -> None:
    """Frees every id that stands for one of some entries, of whatever kind. Cheap where they are of one instant."""
    if not entry_ids:
        return
    await store.forget_single(uow, entry_ids)
    around = await store.blocks_around(uow, min(entry_ids), max(entry_ids))
    left = {key: block.without(entry_ids) for key, block in around.items()}
    await store.put_blocks(uow, {key: block for key, block in left.items() if len(block) < len(around[key])})


async def forget_older(
    uow: UnitOfWork, all_before_ms: int, before_ms: int, metrics: Sequence[int], *, dry: bool = False
) -> int:
    """Frees ids of what is older than an instant, up to a later one of some metrics only.

    Answers how many there are; `dry` leaves them.
    """
    first, last = sample_id(0, 0, all_before_ms), sample_id(0, 0, before_ms)
    forgotten = await store.forget_single_older(uow, first, last, metrics, dry=dry)
    below = await store.blocks_below(uow, last)
    left = {key: block.without_older(all_before_ms, before_ms, metrics) for key, block in below.items()}
    changed = {key: block for key, block in left.items() if len(block) < len(below[key])}
    if not dry:
        await store.put_blocks(uow, changed)
    return forgotten + sum(len(below[key]) - len(block) for key, block in changed.items())


async def _remember_neighbours(
    uow: UnitOfWork, kind: str, client_ids: Sequence[str], ids: Neighbours, rows: Int64s
) -> dict[str, str]:
    blocks, kept_singly = await store.blocks(uow, list(ids.members))
    known = _in_blocks(client_ids, ids, blocks)
    if kept_singly:
        asked = np.concatenate(list(ids.members.values())).tolist()
        known |= await _single(uow, kind, [client_ids[at] for at in asked if client_ids[at] not in known])
    is_new = np.array([client_id not in known for client_id in client_ids]) if known else None
    changed = {}
    for key, members in ids.members.items():
        fresh = members if is_new is None else members[is_new[members]]
        if len(fresh):
            added = Block(ids.places[fresh], rows[fresh])
            changed[key] = blocks[key].joined(added) if key in blocks else added
    await store.put_blocks(uow, changed)
    return known


def _in_blocks(client_ids: Sequence[str], ids: Neighbours, blocks: Mapping[str, Block]) -> dict[str, str]:
    """The entry's id of each one that is there."""
    found: dict[str, str] = {}
    for key, block in blocks.items():
        members = ids.members[key]
        at = block.at(ids.places[members])
        there = at >= 0
        if there.any():
            named = [client_ids[member] for member in members[there].tolist()]
            found.update(zip(named, block.texts(at[there]), strict=True))
    return found


async def _remember_alone(
    uow: UnitOfWork, kind: str, client_ids: Sequence[str], entries: Sequence[str]
) -> dict[str, str]:
    keys = client_keys(uow.org_id, kind, client_ids)
    found = await store.remember_single(uow, keys, entries)
    return {client_id: found[key] for client_id, key in zip(client_ids, keys, strict=True) if key in found}


async def _single(uow: UnitOfWork, kind: str, client_ids: Sequence[str]) -> dict[str, str]:
    keys = client_keys(uow.org_id, kind, client_ids)
    found = await store.single(uow, keys)
    return {client_id: found[key] for client_id, key in zip(client_ids, keys, strict=True) if key in found}

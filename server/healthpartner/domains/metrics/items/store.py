"""The partners' own ids of entries, kept for good, so that a repeat is known as one: a row for each neighbourhood of ids,
and a row for each id that has no neighbours.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.blocks import Block, decode, encode

# Arrays come as text: the driver takes longer over a thousand UUIDs than the database.
_BLOCKS = """
SELECT client_key, entries, NULL AS kept_singly FROM sample_client_id
WHERE org_id = $1 AND user_id = $2 AND client_key = ANY ($3::text::uuid[]) AND entries IS NOT NULL
UNION ALL
SELECT NULL, NULL, EXISTS (SELECT FROM sample_source WHERE org_id = $1 AND user_id = $2 AND ids_kept_singly)
"""
_PUT_BLOCKS = """
INSERT INTO sample_client_id (org_id, user_id, client_key, entries, lowest, highest)
SELECT $1, $2, block.* FROM unnest($3::text::uuid[], $4::bytea[], $5::uuid[], $6::uuid[]) AS block
ON CONFLICT (user_id, client_key) DO UPDATE SET
    entries = excluded.entries, lowest = excluded.lowest, highest = excluded.highest
"""
_SINGLE = """
SELECT client_key, sample_id FROM sample_client_id
WHERE org_id = $1 AND user_id = $2 AND client_key = ANY ($3::text::uuid[]) AND entries IS NULL
"""
# The insert's rows are not visible to the statement's own SELECT, which therefore finds those that were there
# before; it looks for them only when there are any.
_REMEMBER_SINGLE = """
WITH added AS (
    INSERT INTO sample_client_id (org_id, user_id, client_key, sample_id)
    SELECT $1, $2, new.* FROM unnest($3::text::uuid[], $4::text::uuid[]) AS new
    ON CONFLICT DO NOTHING RETURNING true
)
SELECT client_key, sample_id FROM sample_client_id
WHERE org_id = $1 AND user_id = $2 AND client_key = ANY ($3::text::uuid[])
    AND (SELECT count(*) FROM added) < $5
"""

# Both look through the member's rows: no index by entry, which every sample would pay for.
_FORGET_SINGLE = "DELETE FROM sample_client_id WHERE org_id = $1 AND user_id = $2 AND sample_id = ANY ($3::uuid[])"
_BLOCKS_AROUND = """
SELECT client_key, entries FROM sample_client_id
WHERE org_id = $1 AND user_id = $2 AND entries IS NOT NULL AND lowest <= $4 AND highest >= $3
"""
_REMOVE_BLOCKS = """
DELETE FROM sample_client_id WHERE org_id = $1 AND user_id = $2 AND client_key = ANY ($3::text::uuid[])
"""


# A sample's id begins with its instant, and its metric follows the variant: `canonical.sample_ids`.
_SINGLE_OLDER = """
sample_client_id WHERE org_id = $1 AND user_id = $2 AND (sample_id < $3 OR sample_id < $4 AND substring(
    ('x' || right(replace(sample_id::text, '-', ''), 16))::bit(64) FROM 3 FOR 16)::bit(16)::integer = ANY ($5::integer[]))
"""
_BLOCKS_BELOW = """
SELECT client_key, entries FROM sample_client_id
WHERE org_id = $1 AND user_id = $2 AND entries IS NOT NULL AND lowest < $3
"""


class Blocks(NamedTuple):
    """By key; `kept_singly` says that ids with neighbours may be among the single ones, too, from before blocks."""

    found: dict[str, Block]
    kept_singly: bool


async def blocks(uow: UnitOfWork, keys: Sequence[str]) -> Blocks:
    rows = await uow.read(_BLOCKS, uow.org_id, uow.member_id, _array(keys))
    found = {row["client_key"].hex: decode(row["entries"]) for row in rows if row["entries"] is not None}
    return Blocks(found, any(row["kept_singly"] for row in rows))


async def put_blocks(uow: UnitOfWork, changed: Mapping[str, Block]) -> None:
    """Adds or replaces. The member must be locked."""
    full = {key: block for key, block in changed.items() if len(block)}
    if full:
        lowest, highest = zip(*(block.bounds() for block in full.values()), strict=True)
        entries = [encode(block) for block in full.values()]
        await uow.execute(_PUT_BLOCKS, uow.org_id, uow.member_id, _array(list(full)), entries, lowest, highest)
    if len(full) < len(changed):
        empty = [key for key in changed if key not in full]
        await uow.execute(_REMOVE_BLOCKS, uow.org_id, uow.member_id, _array(empty))


async def single(uow: UnitOfWork, keys: Sequence[str]) -> dict[str, str]:
    """The entry's id for each key that is known."""
    rows = await uow.read(_SINGLE, uow.org_id, uow.member_id, _array(keys))
    return {row["client_key"].hex: str(row["sample_id"]) for row in rows}


async def remember_single(uow: UnitOfWork, keys: Sequence[str], entry_ids: Sequence[str]) -> dict[str, str]:
    """Keeps ids that are new; answers the entry's id of each key that was known. The member must be locked."""
    arrays = _array(keys), _array(entry_ids)
    rows = await uow.fetch(_REMEMBER_SINGLE, uow.org_id, uow.member_id, *arrays, len(keys))
    return {row["client_key"].hex: str(row["sample_id"]) for row in rows}


async def forget_single(uow: UnitOfWork, entry_ids: Sequence[UUID]) -> None:
    await uow.execute(_FORGET_SINGLE, uow.org_id, uow.member_id, entry_ids)


async def forget_single_older(
    uow: UnitOfWork, all_before: UUID, before: UUID, metrics: Sequence[int], *, dry: bool
) -> int:
    """Of entries with smaller ids, up to `before` of some metrics only; answers how many, `dry` leaves them."""
    arguments = (uow.org_id, uow.member_id, all_before, before, metrics)
    if dry:
        counted: int = await uow.fetchval(f"SELECT count(*) FROM {_SINGLE_OLDER}", *arguments)
        return counted
    status = await uow.execute(f"DELETE FROM {_SINGLE_OLDER}", *arguments)
    return int(status.rpartition(" ")[2])


async def blocks_below(uow: UnitOfWork, before: UUID) -> dict[str, Block]:
    """The blocks that may hold entries with smaller ids."""
    rows = await uow.fetch(_BLOCKS_BELOW, uow.org_id, uow.member_id, before)
    return {row["client_key"].hex: decode(row["entries"]) for row in rows}


async def blocks_around(uow: UnitOfWork, first: UUID, last: UUID) -> dict[str, Block]:
    """The blocks that may hold an entry from the first to the last."""
    rows = await uow.fetch(_BLOCKS_AROUND, uow.org_id, uow.member_id, first, last)
    return {row["client_key"].hex: decode(row["entries"]) for row in rows}


def _array(uuids: Sequence[str]) -> str:
    return f"{{{','.join(uuids)}}}"

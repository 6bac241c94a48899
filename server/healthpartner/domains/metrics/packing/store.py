"""Chunks that become packs, and how far that has come, in the database."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples.chunks import COLUMNS

# Across tenants, for the worker alone.
_ORGANIZATIONS = "SELECT org_id FROM org ORDER BY org_id"

_WITH_PACKS = "SELECT DISTINCT org_id, user_id FROM sample_pack"

_DUE = """
SELECT m.user_id FROM member m LEFT JOIN packing_progress g USING (org_id, user_id)
WHERE m.org_id = $1 AND m.user_id > $2 AND (g.packed_before IS NULL OR g.packed_before < $3)
ORDER BY m.user_id LIMIT $4
"""

_PACKED_BEFORE = "SELECT packed_before FROM packing_progress WHERE org_id = $1 AND user_id = $2"

# A look at the index for each metric, however many days there are.
_NEXT_DAY = """
SELECT min(next.day) FROM unnest($3::smallint[]) AS wanted (metric), LATERAL (
    SELECT c.day FROM sample_chunk c
    WHERE c.org_id = $1 AND c.user_id = $2 AND c.metric = wanted.metric AND c.day >= $4 AND c.day < $5
    ORDER BY c.day LIMIT 1
) next
"""

_TAKE_BESIDE_LOOSE = """
DELETE FROM sample_pack p
WHERE org_id = $1 AND user_id = $2 AND metric = ANY ($3::smallint[]) AND first_day >= $4 AND first_day < $5 AND EXISTS (
    SELECT FROM sample_chunk c
    WHERE c.org_id = $1 AND c.user_id = $2 AND c.metric = p.metric AND c.source_id = p.source_id AND c.day >= $4
        AND c.day < $5
)
RETURNING metric, first_day AS day, source_id, samples
"""

_LOOSE = f"""
SELECT metric, {COLUMNS} FROM sample_chunk
WHERE org_id = $1 AND user_id = $2 AND metric = ANY ($3::smallint[]) AND day >= $4 AND day < $5
ORDER BY metric, source_id, day
"""

_PACK = """
WITH packed AS (
    DELETE FROM sample_chunk c USING unnest($3::smallint[], $4::integer[], $5::date[]) AS day (metric, source_id, day)
    WHERE c.org_id = $1 AND c.user_id = $2 AND c.metric = day.metric AND c.day = day.day AND c.source_id = day.source_id
)
INSERT INTO sample_pack (org_id, user_id, metric, source_id, first_day, last_day, n, span_minutes, samples)
SELECT $1, $2, pack.* FROM unnest($6::smallint[], $7::integer[], $8::date[], $9::date[], $10::integer[], $11::smallint[],
    $12::bytea[]) AS pack
"""

_NOTE = """
INSERT INTO packing_progress (org_id, user_id, packed_before) VALUES ($1, $2, $3)
ON CONFLICT (org_id, user_id) DO UPDATE SET packed_before = excluded.packed_before
"""


class PackRow(Struct, frozen=True):
    """One pack as it goes to the database, in the order of the statement's parameters."""

    metric: int
    source_id: int
    first_day: date
    last_day: date
    n: int
    span_minutes: int | None
    samples: bytes


async def organizations(system: Any) -> list[UUID]:
    return [row["org_id"] for row in await system.fetch(_ORGANIZATIONS)]


async def with_packs(system: Any) -> list[tuple[UUID, UUID]]:
    """(organization, member) of all that have any."""
    return [(row["org_id"], row["user_id"]) for row in await system.fetch(_WITH_PACKS)]


async def due(uow: UnitOfWork, after: UUID, edge: date, limit: int) -> list[UUID]:
    """Members who may have chunks before a day that were not looked at yet."""
    return [row["user_id"] for row in await uow.fetch(_DUE, uow.org_id, after, edge, limit)]


async def next_day(uow: UnitOfWork, codes: Sequence[int], edge: date) -> date | None:
    """The first day before the edge with a chunk that was not looked at yet. The member must be locked."""
    begin: date | None = await uow.fetchval(_PACKED_BEFORE, uow.org_id, uow.member_id)
    day: date | None = await uow.fetchval(_NEXT_DAY, uow.org_id, uow.member_id, codes, begin or date.min, edge)
    return day


async def take_beside_loose(uow: UnitOfWork, codes: Sequence[int], first: date, end: date) -> list[Any]:
    """The packs of some days that have chunks of single days beside them, which are packs no more."""
    return await uow.fetch(_TAKE_BESIDE_LOOSE, uow.org_id, uow.member_id, codes, first, end)


async def loose(uow: UnitOfWork, codes: Sequence[int], first: date, end: date) -> list[Any]:
    """The chunks of some days, by metric, source and day."""
    return await uow.fetch(_LOOSE, uow.org_id, uow.member_id, codes, first, end)


async def replace(uow: UnitOfWork, days: Sequence[tuple[int, int, date]], packs: Sequence[PackRow]) -> None:
    """Packs in place of the chunks that they are made of: (metric, source id, day) of each."""
    gone = [list(column) for column in zip(*days, strict=True)]
    columns = [[getattr(pack, field) for pack in packs] for field in PackRow.__struct_fields__]
    await uow.execute(_PACK, uow.org_id, uow.member_id, *gone, *columns)


async def note(uow: UnitOfWork, packed_before: date) -> None:
    await uow.execute(_NOTE, uow.org_id, uow.member_id, packed_before)

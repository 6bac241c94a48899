"""Sources and chunks in the database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from healthpartner.core.errors import Unauthorized
from healthpartner.core.unit_of_work import UnitOfWork

# The member's row is the lock: one writer of samples per member at a time, so that a chunk that does not exist yet
# cannot be made twice, and so that the member cannot be deleted meanwhile. Statements after this one see what the
# writer before has committed. The tenant's row is shared, so that its order of sources stays until they are counted.
_CLAIM = """
SELECT coalesce($3, 'partner:' || o.key) AS provider, s.source_id, s.device
FROM member m JOIN org o USING (org_id)
LEFT JOIN sample_source s ON s.org_id = m.org_id AND s.user_id = m.user_id
    AND s.provider = coalesce($3, 'partner:' || o.key) AND s.device = ANY ($4::text[])
WHERE m.org_id = $1 AND m.user_id = $2
FOR NO KEY UPDATE OF m FOR KEY SHARE OF o
"""

# Only for sources that are missing: each attempt takes a number, conflict or not. New ones have no partner's ids from
# before neighbours were kept together.
_ADD_SOURCES = """
INSERT INTO sample_source (org_id, user_id, provider, device, first_seen_at, last_data_at, ids_kept_singly)
SELECT $1, $2, $3, device, $5, $5, false FROM unnest($4::text[]) AS device
ON CONFLICT (org_id, user_id, provider, device) DO UPDATE SET last_data_at = excluded.last_data_at
RETURNING source_id, device
"""

_SELECT = """
SELECT source_id, day, samples FROM sample_chunk
WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND day = ANY ($4::date[]) AND source_id = ANY ($5::integer[])
"""

_ADD = """
INSERT INTO sample_chunk
    (org_id, user_id, metric, day, source_id, n, minimum, maximum, total, first_at, last_at, samples, end_at,
    offset_low, offset_high, span_minutes)
SELECT $1, $2, $3, chunk.* FROM unnest($4::date[], $5::integer[], $6::integer[], $7::float8[], $8::float8[],
    $9::float8[], $10::timestamptz[], $11::timestamptz[], $12::bytea[], $13::timestamptz[], $14::smallint[],
    $15::smallint[], $16::smallint[]) AS chunk
"""

_PUT = f"""
WITH seen AS (
    UPDATE sample_source SET last_data_at = $17
    WHERE org_id = $1 AND user_id = $2 AND source_id = ANY ($5::integer[])
)
{_ADD}
ON CONFLICT (org_id, user_id, metric, day, source_id) DO UPDATE SET
    n = excluded.n, minimum = excluded.minimum, maximum = excluded.maximum, total = excluded.total,
    first_at = excluded.first_at, last_at = excluded.last_at, samples = excluded.samples,
    end_at = excluded.end_at, offset_low = excluded.offset_low, offset_high = excluded.offset_high,
    span_minutes = excluded.span_minutes
"""

_REMOVE = """
DELETE FROM sample_chunk WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND day = $4 AND source_id = $5
"""

# From the member's own row, so that no row means no member.
_HEADERS = """
SELECT m.profile ->> 'timezone' AS timezone, c.day, c.source_id, s.provider, s.device, c.n, c.first_at, c.last_at
FROM member m
LEFT JOIN (sample_chunk c JOIN sample_source s USING (org_id, user_id, source_id))
    ON c.org_id = m.org_id AND c.user_id = m.user_id AND c.metric = $3 AND c.day BETWEEN $4 AND $5
    AND c.first_at < $7 AND c.last_at >= $6 AND ($8::text IS NULL OR s.provider = $8)
WHERE m.org_id = $1 AND m.user_id = $2
ORDER BY c.day, c.source_id
"""

_CHUNKS = """
SELECT c.source_id, c.day, c.samples
FROM sample_chunk c JOIN unnest($4::date[], $5::integer[]) AS wanted (day, source_id) USING (day, source_id)
WHERE c.org_id = $1 AND c.user_id = $2 AND c.metric = $3
"""

# From the member's own row, so that no row means no member. The source that is written to comes along without chunks.
_AROUND = """
SELECT m.profile ->> 'timezone' AS timezone, s.source_id, s.provider, s.device, c.metric, c.day, c.samples,
    c.first_at, c.end_at, c.offset_low, c.offset_high,
    (SELECT o.preferred FROM source_order o WHERE o.org_id = m.org_id AND o.metric IN (0, $7)
        ORDER BY o.metric DESC LIMIT 1) AS preferred
FROM member m
LEFT JOIN sample_source s ON s.org_id = m.org_id AND s.user_id = m.user_id AND ($8::text IS NULL OR s.provider = $8)
LEFT JOIN sample_chunk c ON c.org_id = m.org_id AND c.user_id = m.user_id AND c.source_id = s.source_id
    AND c.metric = ANY ($3::smallint[]) AND c.day BETWEEN $4 AND $5 AND coalesce(c.end_at, 'infinity') > $6
WHERE m.org_id = $1 AND m.user_id = $2
ORDER BY c.day
"""

_CHUNK = """
SELECT s.provider, s.device, c.samples FROM sample_chunk c JOIN sample_source s USING (org_id, user_id, source_id)
WHERE c.org_id = $1 AND c.user_id = $2 AND c.metric = $3 AND c.day = $4 AND c.source_id = $5
"""

_OF_MEMBER = """
SELECT c.metric, c.day, c.source_id, s.provider, s.device, c.samples
FROM sample_chunk c JOIN sample_source s USING (org_id, user_id, source_id)
WHERE c.org_id = $1 AND c.user_id = $2 AND (c.metric, c.day, c.source_id) > ($3, $4, $5)
ORDER BY c.metric, c.day, c.source_id LIMIT $6
"""


class ChunkRow(Struct, frozen=True):
    """One chunk as it goes to the database, in the order of the statement's parameters."""

    day: date
    source_id: int
    n: int
    minimum: float
    maximum: float
    total: float
    first_at: datetime
    last_at: datetime
    samples: bytes
    end_at: datetime
    offset_low: int | None
    offset_high: int | None
    span_minutes: int | None


async def claim(uow: UnitOfWork, provider: str | None, devices: Sequence[str]) -> tuple[str, dict[str, int]]:
    """(provider, source id by device), the member locked until the end of the transaction.

    Without a provider it is the partner itself, `partner:<org key>`.
    """
    rows = await uow.fetch(_CLAIM, uow.org_id, uow.member_id, provider, devices)
    if not rows:
        raise Unauthorized
    named: str = rows[0]["provider"]
    ids = {row["device"]: row["source_id"] for row in rows if row["source_id"] is not None}
    missing = sorted(set(devices) - ids.keys())
    if missing:
        added = await uow.fetch(_ADD_SOURCES, uow.org_id, uow.member_id, named, missing, uow.now())
        ids |= {row["device"]: row["source_id"] for row in added}
    return named, ids


_CLOSED = """
SELECT 'chunk' AS kind, day FROM sample_chunk
WHERE org_id = $1 AND user_id = $2 AND metric = ANY ($3::smallint[]) AND day BETWEEN $5 AND $6
    AND span_minutes IS NOT NULL
UNION
SELECT 'figure', day FROM daily_figure
WHERE org_id = $1 AND user_id = $2 AND metric = $4 AND day BETWEEN $5 AND $6 AND frozen
"""

# Without a policy there has never been one, and no day is closed.
_KEPT = """
SELECT m.profile ->> 'timezone' AS timezone, p.delete_after_days
FROM member m JOIN retention_policy p USING (org_id) WHERE m.org_id = $1 AND m.user_id = $2
"""

_LATE = """
UPDATE retention_progress SET late_from = least(late_from, $3), late_times = late_times + 1
WHERE org_id = $1 AND user_id = $2
"""


async def kept(uow: UnitOfWork) -> Any:
    """(time zone, after how many days data is deleted), None where no retention was ever asked for."""
    return await uow.fetchrow(_KEPT, uow.org_id, uow.member_id)


async def closed(
    uow: UnitOfWork, codes: Sequence[int], target: int, days: tuple[date, date]
) -> tuple[set[date], set[date]]:
    """(UTC days of thinned chunks, local days whose figure stays), of metrics that have one figure."""
    rows = await uow.fetch(_CLOSED, uow.org_id, uow.member_id, codes, target, *days)
    chunks = {row["day"] for row in rows if row["kind"] == "chunk"}
    return chunks, {row["day"] for row in rows if row["kind"] == "figure"}


async def note_late(uow: UnitOfWork, day: date) -> None:
    """Lets retention come back to days that it has gone through."""
    await uow.execute(_LATE, uow.org_id, uow.member_id, day)


async def select(
    uow: UnitOfWork, metric: int, days: Sequence[date], source_ids: Sequence[int]
) -> dict[tuple[int, date], bytes]:
    rows = await uow.fetch(_SELECT, uow.org_id, uow.member_id, metric, days, source_ids)
    return {(row["source_id"], row["day"]): row["samples"] for row in rows}


async def put(uow: UnitOfWork, metric: int, chunks: Sequence[ChunkRow]) -> None:
    """Adds or replaces chunks, and notes that their sources sent data."""
    await uow.execute(_PUT, uow.org_id, uow.member_id, metric, *_columns(chunks), uow.now())


async def add(uow: UnitOfWork, metric: int, chunks: Sequence[ChunkRow]) -> None:
    """Adds chunks that are not there; says nothing about their sources."""
    await uow.execute(_ADD, uow.org_id, uow.member_id, metric, *_columns(chunks))


def _columns(chunks: Sequence[ChunkRow]) -> list[list[Any]]:
    return [[getattr(chunk, field) for chunk in chunks] for field in ChunkRow.__struct_fields__]


async def headers(
    uow: UnitOfWork, metric: int, start: datetime, end: datetime, provider: str | None
) -> tuple[str | None, list[Any]]:
    """(the member's time zone, the chunks that may have samples from `start` to before `end`, by day and source)."""
    days = (start.date(), end.date())
    rows = await uow.read(_HEADERS, uow.org_id, uow.member_id, metric, *days, start, end, provider)
    if not rows:
        raise Unauthorized
    return rows[0]["timezone"], [row for row in rows if row["day"] is not None]


async def chunks(
    uow: UnitOfWork, metric: int, days: Sequence[date], source_ids: Sequence[int]
) -> dict[tuple[int, date], bytes]:
    """The chunks at pairs of a day and a source."""
    rows = await uow.read(_CHUNKS, uow.org_id, uow.member_id, metric, days, source_ids)
    return {(row["source_id"], row["day"]): row["samples"] for row in rows}


async def remove(uow: UnitOfWork, metric: int, day: date, source_id: int) -> None:
    await uow.execute(_REMOVE, uow.org_id, uow.member_id, metric, day, source_id)


async def around(
    uow: UnitOfWork,
    codes: Sequence[int],
    days: tuple[date, date],
    ends_after: datetime,
    order_of: int,
    provider: str | None,
) -> list[Any]:
    """Chunks of some metrics by day with their sources, what decides on their fusion, and sources without chunks."""
    rows = await uow.read(_AROUND, uow.org_id, uow.member_id, codes, *days, ends_after, order_of, provider)
    if not rows:
        raise Unauthorized
    return rows


async def chunk(uow: UnitOfWork, metric: int, day: date, source_id: int) -> Any:
    """One chunk with its source, or None."""
    return await uow.read_row(_CHUNK, uow.org_id, uow.member_id, metric, day, source_id)


async def of_member(uow: UnitOfWork, after: tuple[int, date, int], limit: int) -> list[Any]:
    return await uow.fetch(_OF_MEMBER, uow.org_id, uow.member_id, *after, limit)

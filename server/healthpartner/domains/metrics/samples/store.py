"""Sources and chunks in the database."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from healthpartner.core.errors import Unauthorized
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples.chunks import COLUMNS, ChunkRow
from healthpartner.domains.metrics.samples.packs import Row, exploded, unpacked

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

# Chunks of single days, and packs of several. A statement that reads both sees a pack that is made or opened meanwhile
# either as it was or as it is.
_HELD = """(
    SELECT org_id, user_id, metric, source_id, day, day AS last_day, n, first_at, last_at, end_at, offset_low,
        offset_high, samples, false AS packed
    FROM sample_chunk
    UNION ALL
    SELECT org_id, user_id, metric, source_id, first_day, last_day, NULL, NULL, NULL, NULL, NULL, NULL, samples, true
    FROM sample_pack
)"""

_SELECT = f"""
SELECT c.source_id, c.day, c.samples, c.packed FROM {_HELD} c
WHERE c.org_id = $1 AND c.user_id = $2 AND c.metric = $3 AND c.source_id = ANY ($5::integer[])
    AND (c.day = ANY ($4::date[]) OR c.packed AND $4[1] <= c.last_day AND c.day <= $4[cardinality($4)])
"""

_ADD = f"""
INSERT INTO sample_chunk (org_id, user_id, metric, {COLUMNS})
SELECT $1, $2, $3, chunk.* FROM unnest($4::date[], $5::integer[], $6::integer[], $7::float8[], $8::float8[],
    $9::float8[], $10::timestamptz[], $11::timestamptz[], $12::bytea[], $13::timestamptz[], $14::smallint[],
    $15::smallint[], $16::smallint[]) AS chunk
"""

# What lies within a pack opens it.
_PUT = f"""
WITH seen AS (
    UPDATE sample_source SET last_data_at = $17
    WHERE org_id = $1 AND user_id = $2 AND source_id = ANY ($5::integer[])
), opened AS (
    DELETE FROM sample_pack p
    WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND EXISTS (
        SELECT FROM unnest($4::date[], $5::integer[]) AS chunk (day, source_id)
        WHERE chunk.source_id = p.source_id AND chunk.day BETWEEN p.first_day AND p.last_day
    )
    RETURNING metric, first_day AS day, source_id, samples
), put AS (
    {_ADD}
    ON CONFLICT (org_id, user_id, metric, day, source_id) DO UPDATE SET
        n = excluded.n, minimum = excluded.minimum, maximum = excluded.maximum, total = excluded.total,
        first_at = excluded.first_at, last_at = excluded.last_at, samples = excluded.samples,
        end_at = excluded.end_at, offset_low = excluded.offset_low, offset_high = excluded.offset_high,
        span_minutes = excluded.span_minutes
)
SELECT * FROM opened
"""

_REMOVE = """
DELETE FROM sample_chunk WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND day = $4 AND source_id = $5
"""

_OPEN = """
DELETE FROM sample_pack
WHERE org_id = $1 AND user_id = $2 AND metric = ANY ($3::smallint[]) AND first_day < $5 AND last_day >= $4
    AND ($6::integer IS NULL OR source_id = $6)
RETURNING metric, first_day AS day, source_id, samples
"""

_UNPACKED = """
UPDATE packing_progress SET packed_before = least(packed_before, $3) WHERE org_id = $1 AND user_id = $2
"""

# From the member's own row, so that no row means no member.
_HEADERS = f"""
SELECT m.profile ->> 'timezone' AS timezone, c.day, c.source_id, s.provider, s.device, c.n, c.first_at, c.last_at,
    c.packed, CASE WHEN c.packed THEN c.samples END AS samples
FROM member m
LEFT JOIN ({_HELD} c JOIN sample_source s USING (org_id, user_id, source_id))
    ON c.org_id = m.org_id AND c.user_id = m.user_id AND c.metric = $3 AND c.day <= $5 AND c.last_day >= $4
    AND (c.packed OR c.first_at < $7 AND c.last_at >= $6) AND ($8::text IS NULL OR s.provider = $8)
WHERE m.org_id = $1 AND m.user_id = $2
"""

_CHUNKS = """
WITH wanted AS (SELECT * FROM unnest($4::date[], $5::integer[]) AS wanted (day, source_id))
SELECT source_id, day, samples, false AS packed
FROM sample_chunk c JOIN wanted USING (day, source_id)
WHERE org_id = $1 AND user_id = $2 AND metric = $3
UNION ALL
SELECT source_id, first_day, samples, true
FROM sample_pack p
WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND EXISTS (
    SELECT FROM wanted WHERE wanted.source_id = p.source_id AND wanted.day BETWEEN p.first_day AND p.last_day
)
"""

# From the member's own row, so that no row means no member. The source that is written to comes along without chunks.
_AROUND = f"""
SELECT m.profile ->> 'timezone' AS timezone, s.source_id, s.provider, s.device, c.metric, c.day, c.samples,
    c.first_at, c.end_at, c.offset_low, c.offset_high, c.packed,
    (SELECT o.preferred FROM source_order o WHERE o.org_id = m.org_id AND o.metric IN (0, $7)
        ORDER BY o.metric DESC LIMIT 1) AS preferred
FROM member m
LEFT JOIN sample_source s ON s.org_id = m.org_id AND s.user_id = m.user_id AND ($8::text IS NULL OR s.provider = $8)
LEFT JOIN {_HELD} c ON c.org_id = m.org_id AND c.user_id = m.user_id AND c.source_id = s.source_id
    AND c.metric = ANY ($3::smallint[]) AND c.day <= $5 AND c.last_day >= $4 AND coalesce(c.end_at, 'infinity') > $6
WHERE m.org_id = $1 AND m.user_id = $2
"""

_CHUNK = f"""
SELECT s.provider, s.device, c.source_id, c.day, c.samples, c.packed
FROM {_HELD} c JOIN sample_source s USING (org_id, user_id, source_id)
WHERE c.org_id = $1 AND c.user_id = $2 AND c.metric = $3 AND c.day <= $4 AND c.last_day >= $4 AND c.source_id = $5
"""

# Whole months, for no pack reaches beyond its own: what is packed or opened from one page to the next is neither left out
# nor told twice.
_MONTH = "(date_trunc('month', {day}::timestamp) + interval '1 month')::date"
_OF_MEMBER = f"""
WITH page AS MATERIALIZED (
    SELECT c.metric, c.day FROM {_HELD} c
    WHERE c.org_id = $1 AND c.user_id = $2 AND (c.metric, c.day) >= ($3, $4::date)
    ORDER BY c.metric, c.day LIMIT $5
), last AS MATERIALIZED (
    SELECT metric, {_MONTH.format(day="day")} AS before FROM page ORDER BY metric DESC, day DESC LIMIT 1
)
SELECT c.metric, c.day, c.source_id, s.provider, s.device, c.samples, c.packed, (SELECT before FROM last) AS before
FROM {_HELD} c JOIN sample_source s USING (org_id, user_id, source_id)
WHERE c.org_id = $1 AND c.user_id = $2 AND (c.metric, c.day) >= ($3, $4::date)
    AND (c.metric, c.day) < ((SELECT metric FROM last), (SELECT before FROM last))
"""


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
SELECT 'chunk' AS kind, day, 0 AS source_id, NULL::bytea AS samples, false AS packed FROM sample_chunk
WHERE org_id = $1 AND user_id = $2 AND metric = ANY ($3::smallint[]) AND day BETWEEN $5 AND $6
    AND span_minutes IS NOT NULL
UNION ALL
SELECT 'chunk', first_day, source_id, samples, true FROM sample_pack
WHERE org_id = $1 AND user_id = $2 AND metric = ANY ($3::smallint[]) AND first_day <= $6 AND last_day >= $5
    AND span_minutes IS NOT NULL
UNION ALL
SELECT 'figure', day, 0, NULL, false FROM daily_figure
WHERE org_id = $1 AND user_id = $2 AND metric = $4 AND day BETWEEN $5 AND $6 AND frozen
"""

# Without a policy there has never been one, and no day is closed.
_KEPT = """
SELECT m.profile ->> 'timezone' AS timezone, p.delete_after_days
FROM member m JOIN retention_policy p USING (org_id) WHERE m.org_id = $1 AND m.user_id = $2
"""

_LATE = f"""
WITH unpacked AS ({_UNPACKED})
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
    rows = exploded(await uow.fetch(_CLOSED, uow.org_id, uow.member_id, codes, target, *days))
    found: dict[str, set[date]] = {"chunk": set(), "figure": set()}
    for row in rows:
        found[row["kind"]].add(row["day"])
    return found["chunk"], found["figure"]


async def note_late(uow: UnitOfWork, day: date) -> None:
    """Lets retention and packing come back to days that they have gone through."""
    await uow.execute(_LATE, uow.org_id, uow.member_id, day)


async def select(
    uow: UnitOfWork, metric: int, days: Sequence[date], source_ids: Sequence[int]
) -> dict[tuple[int, date], bytes]:
    """`days` in order."""
    rows = await uow.fetch(_SELECT, uow.org_id, uow.member_id, metric, days, source_ids)
    wanted = set(days)
    return {(row["source_id"], row["day"]): row["samples"] for row in exploded(rows) if row["day"] in wanted}


async def put(uow: UnitOfWork, metric: int, chunks: Sequence[ChunkRow]) -> None:
    """Adds or replaces chunks, and notes that their sources sent data. Opens the packs that they lie within."""
    opened = await uow.fetch(_PUT, uow.org_id, uow.member_id, metric, *_columns(chunks), uow.now())
    written = {(chunk.day, chunk.source_id) for chunk in chunks}
    await put_back(uow, opened, written)


async def open_packs(
    uow: UnitOfWork, codes: Sequence[int], first: date, end: date, source_id: int | None = None
) -> None:
    """Makes chunks of single days out of the packs that reach into the days from the first to before the end."""
    await put_back(uow, await uow.fetch(_OPEN, uow.org_id, uow.member_id, codes, first, end, source_id))


async def put_back(uow: UnitOfWork, packs: Sequence[Row], but: Collection[tuple[date, int]] = frozenset()) -> None:
    """The chunks of packs that were taken out, but for some at pairs of a day and a source. Packing comes back to them."""
    if not packs:
        return
    by_metric: dict[int, list[ChunkRow]] = {}
    for row in packs:
        kept = [chunk for chunk in unpacked(row) if (chunk.day, chunk.source_id) not in but]
        by_metric.setdefault(row["metric"], []).extend(kept)
    for metric, chunks in by_metric.items():
        await add(uow, metric, chunks)
    await uow.execute(_UNPACKED, uow.org_id, uow.member_id, min(row["day"] for row in packs))


async def add(uow: UnitOfWork, metric: int, chunks: Sequence[ChunkRow]) -> None:
    """Adds chunks that are not there; says nothing about their sources."""
    await uow.execute(_ADD, uow.org_id, uow.member_id, metric, *_columns(chunks))


def _columns(chunks: Sequence[ChunkRow]) -> list[list[Any]]:
    return [[getattr(chunk, field) for chunk in chunks] for field in ChunkRow.__struct_fields__]


async def headers(
    uow: UnitOfWork, metric: int, start: datetime, end: datetime, provider: str | None
) -> tuple[str | None, list[Row]]:
    """(the member's time zone, the chunks that may have samples from `start` to before `end`, by day and source).

    Those from packs have their samples with them.
    """
    days = (start.date(), end.date())
    rows = await uow.read(_HEADERS, uow.org_id, uow.member_id, metric, *days, start, end, provider)
    if not rows:
        raise Unauthorized
    found = [
        row for row in exploded(rows) if row["day"] is not None and row["first_at"] < end and row["last_at"] >= start
    ]
    return rows[0]["timezone"], sorted(found, key=lambda row: (row["day"], row["source_id"]))


async def chunks(
    uow: UnitOfWork, metric: int, days: Sequence[date], source_ids: Sequence[int]
) -> dict[tuple[int, date], bytes]:
    """The chunks at pairs of a day and a source, and some of their neighbours."""
    rows = await uow.read(_CHUNKS, uow.org_id, uow.member_id, metric, days, source_ids)
    return {(row["source_id"], row["day"]): row["samples"] for row in exploded(rows)}


async def remove(uow: UnitOfWork, metric: int, day: date, source_id: int) -> None:
    await open_packs(uow, [metric], day, day + timedelta(days=1), source_id)
    await uow.execute(_REMOVE, uow.org_id, uow.member_id, metric, day, source_id)


async def around(
    uow: UnitOfWork,
    codes: Sequence[int],
    days: tuple[date, date],
    ends_after: datetime,
    order_of: int,
    provider: str | None,
) -> list[Row]:
    """Chunks of some metrics with their sources, what decides on their fusion, and sources without chunks."""
    rows = await uow.read(_AROUND, uow.org_id, uow.member_id, codes, *days, ends_after, order_of, provider)
    if not rows:
        raise Unauthorized
    return [each for row in rows for each in _within_reach(row, days, ends_after)]


def _within_reach(row: Row, days: tuple[date, date], ends_after: datetime) -> list[Row]:
    """Of a pack the days that are asked for, or its source alone."""
    if not row["packed"]:
        return [row]
    return [each for each in exploded([row]) if _reaches(each, days, ends_after)] or [{**row, "day": None}]


def _reaches(row: Row, days: tuple[date, date], ends_after: datetime) -> bool:
    return days[0] <= row["day"] <= days[1] and (row["end_at"] is None or row["end_at"] > ends_after)


async def chunk(uow: UnitOfWork, metric: int, day: date, source_id: int) -> Row | None:
    """One chunk with its source, or None."""
    rows = await uow.read(_CHUNK, uow.org_id, uow.member_id, metric, day, source_id)
    return next((row for row in exploded(rows) if row["day"] == day), None)


async def of_member(uow: UnitOfWork, at: tuple[int, date], at_least: int) -> tuple[list[Row], tuple[int, date] | None]:
    """(chunks from a metric and day on, where to go on or None): about so many, of whole months."""
    rows = await uow.fetch(_OF_MEMBER, uow.org_id, uow.member_id, *at, at_least)
    found = sorted(exploded(rows), key=lambda row: (row["metric"], row["day"], row["source_id"]))
    return found, (found[-1]["metric"], rows[0]["before"]) if found else None

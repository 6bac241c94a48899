"""Policies, how far they have been followed, and what they reach in the database."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import store as samples
from healthpartner.domains.metrics.samples.chunks import ChunkRow

_READ = """
SELECT revision, thin_after_days, span, daily_after_days, delete_after_days FROM retention_policy WHERE org_id = $1
"""

_PUT = """
INSERT INTO retention_policy AS held
    (org_id, revision, thin_after_days, span, daily_after_days, delete_after_days, changed_at)
VALUES ($1, 1, $2, $3, $4, $5, $6)
ON CONFLICT (org_id) DO UPDATE SET revision = held.revision + 1, thin_after_days = excluded.thin_after_days,
    span = excluded.span, daily_after_days = excluded.daily_after_days,
    delete_after_days = excluded.delete_after_days, changed_at = excluded.changed_at
"""

# Across tenants, for the worker alone.
_ORGANIZATIONS = """
SELECT org_id FROM retention_policy
WHERE coalesce(thin_after_days, daily_after_days, delete_after_days) IS NOT NULL ORDER BY org_id
"""

_DUE = """
SELECT m.user_id FROM member m LEFT JOIN retention_policy p USING (org_id)
LEFT JOIN retention_progress g USING (org_id, user_id)
WHERE m.org_id = $1 AND m.user_id > $2
    AND (g.swept_on IS NULL OR g.revision <> p.revision OR g.swept_on <= $3 OR $3 IS NULL)
ORDER BY m.user_id LIMIT $4
"""

_BEGIN = """
INSERT INTO retention_progress AS held (org_id, user_id) VALUES ($1, $2)
ON CONFLICT (org_id, user_id) DO UPDATE SET late_times = held.late_times
RETURNING revision, thinned_before, daily_before, late_from, late_times
"""

# What came while the member's data was gone through is left for the next time.
_END = """
UPDATE retention_progress SET revision = $3, swept_on = $4, thinned_before = $5, daily_before = $6,
    late_from = CASE late_times WHEN $7 THEN NULL ELSE late_from END
WHERE org_id = $1 AND user_id = $2
"""

# Of a pack, a day that it reaches over, whether there is a chunk of it or not.
_NEXT_CHUNK = """
(
    SELECT metric, day, false AS packed FROM sample_chunk
    WHERE org_id = $1 AND user_id = $2 AND metric = ANY ($3::smallint[]) AND (metric, day) >= ($4, $5)
        AND day >= $6 AND day < $7 AND coalesce(span_minutes, 0) < $8
    ORDER BY metric, day LIMIT 1
) UNION ALL (
    SELECT metric, day, true FROM (
        SELECT metric, greatest(first_day, $6, CASE metric WHEN $4 THEN $5 END) AS day FROM sample_pack
        WHERE org_id = $1 AND user_id = $2 AND metric = ANY ($3::smallint[]) AND (metric, last_day) >= ($4, $5)
            AND last_day >= $6 AND coalesce(span_minutes, 0) < $8
    ) pack
    WHERE day < $7 ORDER BY metric, day LIMIT 1
)
ORDER BY metric, day, packed DESC LIMIT 1
"""

_CHUNKS = """
SELECT day, source_id, n, minimum, maximum, total FROM sample_chunk
WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND day >= $4 AND day < $5
"""

_REMOVE = """
DELETE FROM sample_chunk WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND day >= $4 AND day < $5
"""

_HAVE_ROUTES = """
org_id = $1 AND user_id = $2 AND start_at < $4::date::timestamp AT TIME ZONE 'UTC' AND route IS NOT NULL
    AND end_at >= $3::date::timestamp AT TIME ZONE 'UTC'
"""
_COUNT_ROUTES = f"SELECT count(*) FROM workout WHERE {_HAVE_ROUTES}"
_FORGET_ROUTES = f"UPDATE workout SET route = NULL WHERE {_HAVE_ROUTES}"

# A correction stays as long as what it corrects, which would count again without it. Partners' sessions, which alone can
# be corrected, have seven days at most.
_SESSIONS = """
$4::smallint[] IS NOT NULL AND end_at < $3::date::timestamp AT TIME ZONE 'UTC' AND NOT EXISTS (
    SELECT FROM {table} other WHERE other.org_id = $1 AND other.user_id = $2 AND other.source_id = {table}.source_id
        AND other.start_at = {table}.start_at AND other.end_at >= $3::date::timestamp AT TIME ZONE 'UTC'
        AND other.end_at < ($3::date + 7)::timestamp AT TIME ZONE 'UTC')
"""

# What is deleted for its age: (name, table, what is older, what one row counts).
AGING = (
    ("samples", "sample_pack", "metric = ANY ($4::smallint[]) AND last_day < $3::date", "n"),
    ("samples", "sample_chunk", "metric = ANY ($4::smallint[]) AND day < $3::date", "n"),
    ("daily_totals", "daily_total", "metric = ANY ($4::smallint[]) AND day < $3::date", "1"),
    ("daily_figures", "daily_figure", "metric = ANY ($4::smallint[]) AND day < $3::date", "1"),
    (
        "sleep_sessions",
        "sleep_session",
        _SESSIONS.format(table="sleep_session"),
        "1",
    ),
    ("workouts", "workout", _SESSIONS.format(table="workout"), "1"),
)

_FREEZE_EDGE = """
UPDATE daily_figure SET frozen = true, stale = false
WHERE org_id = $1 AND user_id = $2 AND metric = ANY ($4::smallint[]) AND day = $3 AND NOT frozen
"""


async def read(uow: UnitOfWork) -> Any:
    return await uow.read_row(_READ, uow.org_id)


async def put(
    uow: UnitOfWork, thin: int | None, span: str, daily: int | None, delete: int | None, now: datetime
) -> None:
    await uow.execute(_PUT, uow.org_id, thin, span, daily, delete, now)


async def organizations(system: Any) -> list[UUID]:
    """Those that ask for anything."""
    return [row["org_id"] for row in await system.fetch(_ORGANIZATIONS)]


async def due(uow: UnitOfWork, after: UUID, swept_before: date | None, limit: int) -> list[UUID]:
    """Members whose data was not gone through since a day, or not by the policy as it is; without a day all."""
    return [row["user_id"] for row in await uow.fetch(_DUE, uow.org_id, after, swept_before, limit)]


async def begin(uow: UnitOfWork) -> Any:
    """How far the member's data was gone through, noted down if it never was. The member must be locked."""
    return await uow.fetchrow(_BEGIN, uow.org_id, uow.member_id)


async def end(
    uow: UnitOfWork, revision: int, today: date, thinned: date | None, daily: date | None, late_times: int
) -> None:
    await uow.execute(_END, uow.org_id, uow.member_id, revision, today, thinned, daily, late_times)


async def next_chunk(
    uow: UnitOfWork, codes: Sequence[int], at: tuple[int, date], days: tuple[date, date], minutes: int
) -> tuple[int, date] | None:
    """The first (metric, day) from `at` on that is within the days and holds more than spans of so many minutes.

    Opens the packs that may hold it.
    """
    while True:
        row = await uow.fetchrow(_NEXT_CHUNK, uow.org_id, uow.member_id, codes, *at, *days, minutes)
        if row is None:
            return None
        if not row["packed"]:
            return row["metric"], row["day"]
        await samples.open_packs(uow, [row["metric"]], row["day"], row["day"] + timedelta(days=1))


async def chunks(uow: UnitOfWork, metric: int, days: tuple[date, date]) -> dict[tuple[date, int], Any]:
    """What is beside the chunks of some days, by day and source. Opens the packs that they are in."""
    await samples.open_packs(uow, [metric], *days)
    rows = await uow.fetch(_CHUNKS, uow.org_id, uow.member_id, metric, *days)
    return {(row["day"], row["source_id"]): row for row in rows}


async def replace(uow: UnitOfWork, metric: int, days: tuple[date, date], chunks: Sequence[ChunkRow]) -> None:
    """Other chunks in place of all of some days, which must not be in packs."""
    await uow.execute(_REMOVE, uow.org_id, uow.member_id, metric, *days)
    await samples.add(uow, metric, chunks)


async def count_older(uow: UnitOfWork, kind: int, before: date, codes: Sequence[int]) -> int:
    _, table, older, each = AGING[kind]
    found: int = await uow.fetchval(
        f"SELECT coalesce(sum({each}), 0)::bigint FROM {table} WHERE org_id = $1 AND user_id = $2 AND {older}",
        uow.org_id,
        uow.member_id,
        before,
        codes,
    )
    return found


async def delete_older(uow: UnitOfWork, kind: int, before: date, codes: Sequence[int], most: int) -> tuple[int, int]:
    """(rows deleted, what they count), at most so many rows."""
    _, table, older, each = AGING[kind]
    row = await uow.fetchrow(
        f"WITH old AS MATERIALIZED (SELECT ctid FROM {table} WHERE org_id = $1 AND user_id = $2 AND {older} LIMIT $5), "
        f"removed AS (DELETE FROM {table} t USING old WHERE t.ctid = old.ctid RETURNING {each} AS each) "
        "SELECT count(*) AS rows, coalesce(sum(each), 0)::bigint AS counted FROM removed",
        uow.org_id,
        uow.member_id,
        before,
        codes,
        most,
    )
    return row["rows"], row["counted"]


async def freeze_edge(uow: UnitOfWork, day: date, codes: Sequence[int]) -> None:
    """The first local day that is kept may have lost samples of its first hours, and keeps its figures."""
    await uow.execute(_FREEZE_EDGE, uow.org_id, uow.member_id, day, codes)


async def forget_routes(uow: UnitOfWork, first: date, before: date, *, dry: bool) -> int:
    """The ways that were taken, of workouts from a day on that started before another; answers how many."""
    if dry:
        counted: int = await uow.fetchval(_COUNT_ROUTES, uow.org_id, uow.member_id, first, before)
        return counted
    status = await uow.execute(_FORGET_ROUTES, uow.org_id, uow.member_id, first, before)
    return int(status.rpartition(" ")[2])

"""Workouts in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from healthpartner.canonical.entries import WORKOUTS_SUMMARY
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.sessions.window import Found, found_in

COLUMNS = (
    "sample_id",
    "identity",
    "start_at",
    "end_at",
    "offset_minutes",
    "sport",
    "provider_sport",
    "title",
    "source_updated_at",
    "figures",
    "segments",
    "route",
)

# From the member's own row, so that the time zone comes even when nothing is held.
_HELD = """
SELECT m.profile ->> 'timezone' AS timezone, w.identity, w.sample_id, w.start_at, w.offset_minutes
FROM member m
LEFT JOIN workout w ON w.org_id = m.org_id AND w.user_id = m.user_id AND w.source_id = $3
    AND w.identity = ANY ($4::text[])
WHERE m.org_id = $1 AND m.user_id = $2
"""

# The row that is there stays where it says the same, and where its source changed it later. A copy without the way
# that was taken does not take the way from one that has it.
_PUT = """
WITH seen AS (
    UPDATE sample_source SET last_data_at = $4, sessions_accepted = sessions_accepted + cardinality($5::uuid[])
    WHERE org_id = $1 AND user_id = $2 AND source_id = $3
    RETURNING sessions_accepted - cardinality($5::uuid[]) AS accepted
)
INSERT INTO workout AS held (org_id, user_id, source_id, sample_id, identity, start_at, end_at, offset_minutes, sport,
    provider_sport, title, source_updated_at, figures, segments, route, accepted)
SELECT $1, $2, $3, sample_id, identity, start_at, end_at, offset_minutes, sport, provider_sport, title, updated_at,
    figures::jsonb, segments::jsonb, route,
    CASE WHEN $17::bigint IS NOT NULL AND EXISTS (
        SELECT FROM workout other WHERE other.org_id = $1 AND other.user_id = $2 AND other.source_id = $3
            AND other.start_at = new.start_at AND other.identity <> new.identity AND other.accepted <= $17
    ) THEN 0 ELSE seen.accepted + place END
FROM seen, unnest($5::uuid[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::smallint[], $10::text[], $11::text[],
    $12::text[], $13::timestamptz[], $14::text[], $15::text[], $16::bytea[]) WITH ORDINALITY AS new (sample_id,
    identity, start_at, end_at, offset_minutes, sport, provider_sport, title, updated_at, figures, segments, route, place)
ON CONFLICT (org_id, user_id, source_id, identity) DO UPDATE SET
    start_at = excluded.start_at, end_at = excluded.end_at, offset_minutes = excluded.offset_minutes,
    sport = excluded.sport, provider_sport = excluded.provider_sport, title = excluded.title,
    source_updated_at = excluded.source_updated_at, figures = excluded.figures, segments = excluded.segments,
    route = coalesce(excluded.route, held.route), accepted = excluded.accepted
WHERE (held.start_at, held.end_at, held.offset_minutes, held.sport, held.provider_sport, held.title, held.figures,
    held.segments, held.route) IS DISTINCT FROM (excluded.start_at, excluded.end_at, excluded.offset_minutes,
    excluded.sport, excluded.provider_sport, excluded.title, excluded.figures, excluded.segments,
    coalesce(excluded.route, held.route))
    AND coalesce(excluded.source_updated_at >= held.source_updated_at, true)
RETURNING identity, xmax = 0 AS added
"""

_STARTED = """
SELECT start_at, offset_minutes
FROM workout
WHERE org_id = $1 AND user_id = $2 AND source_id = $3 AND start_at = ANY ($4::timestamptz[])
"""


async def held(uow: UnitOfWork, source_id: int, identities: Sequence[str]) -> tuple[str | None, list[Any]]:
    """(the member's time zone, those of the workouts that are there)."""
    rows = await uow.fetch(_HELD, uow.org_id, uow.member_id, source_id, identities)
    return (rows[0]["timezone"] if rows else None), [row for row in rows if row["identity"] is not None]


async def put(
    uow: UnitOfWork, source_id: int, rows: Sequence[dict[str, Any]], behind: int | None = None
) -> dict[str, bool]:
    """Adds or corrects workouts; answers (identity, whether it is new) of each that changed anything.

    Those with a start of which the source has told before count less than what it has told so, if that was accepted up
    to the number `behind`.
    """
    columns = [[row[name] for row in rows] for name in COLUMNS]
    changed = await uow.fetch(_PUT, uow.org_id, uow.member_id, source_id, uow.now(), *columns, behind)
    return {row["identity"]: row["added"] for row in changed}


async def started(uow: UnitOfWork, source_id: int, starts: Sequence[datetime]) -> list[Any]:
    """The workouts of a source that start then."""
    return list(await uow.fetch(_STARTED, uow.org_id, uow.member_id, source_id, starts))


# All but the way that was taken, which is large.
_COLUMNS = """s.sample_id, s.source_id, s.identity, s.start_at, s.end_at, s.offset_minutes, s.sport, s.provider_sport,
    s.title, s.source_updated_at, s.figures, s.segments, s.accepted"""

# The tenant's own order of sources for workouts, else for everything.
_PREFERRED = f"""(SELECT o.preferred FROM source_order o WHERE o.org_id = m.org_id AND o.metric IN (0, {WORKOUTS_SUMMARY})
    ORDER BY o.metric DESC LIMIT 1)"""

# From the member's own row, so that no row means no member.
_OF_WINDOW = f"""
SELECT m.profile ->> 'timezone' AS timezone, {_COLUMNS}, c.provider, c.device, {_PREFERRED} AS preferred
FROM member m
LEFT JOIN (workout s JOIN sample_source c USING (org_id, user_id, source_id))
    ON s.org_id = m.org_id AND s.user_id = m.user_id AND s.start_at BETWEEN $3 AND $4
    AND ($5::text IS NULL OR c.provider = $5)
WHERE m.org_id = $1 AND m.user_id = $2
"""

_FIND = f"""
SELECT {_COLUMNS}, c.provider, c.device, m.profile ->> 'timezone' AS timezone
FROM workout s JOIN sample_source c USING (org_id, user_id, source_id) JOIN member m USING (org_id, user_id)
WHERE s.org_id = $1 AND s.user_id = $2 AND s.sample_id = $3
"""

_KNOWN = """
SELECT s.sample_id
FROM org o JOIN sample_source c ON c.org_id = o.org_id AND c.user_id = $2 AND c.provider = 'partner:' || o.key
    AND c.device = ''
JOIN workout s ON s.org_id = c.org_id AND s.user_id = c.user_id AND s.source_id = c.source_id
    AND s.identity = 'id:' || $3::text
WHERE o.org_id = $1
"""


async def of_window(uow: UnitOfWork, start: datetime, end: datetime, provider: str | None) -> Found:
    """The workouts that start from `start` to `end`."""
    rows = await uow.read(_OF_WINDOW, uow.org_id, uow.member_id, start, end, provider)
    return found_in(rows)


async def find(uow: UnitOfWork, sample_id: UUID) -> Any:
    return await uow.fetchrow(_FIND, uow.org_id, uow.member_id, sample_id)


async def known(uow: UnitOfWork, client_id: str) -> UUID | None:
    """The id of what the partner itself has sent under its own id."""
    if "\x00" in client_id:
        return None
    found: UUID | None = await uow.fetchval(_KNOWN, uow.org_id, uow.member_id, client_id)
    return found


async def delete(uow: UnitOfWork, sample_id: UUID) -> None:
    await uow.execute(
        "DELETE FROM workout WHERE org_id = $1 AND user_id = $2 AND sample_id = $3",
        uow.org_id,
        uow.member_id,
        sample_id,
    )

"""Sleep sessions in the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from healthpartner.canonical.entries import SLEEP_SUMMARY
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.sessions.window import Found, found_in

COLUMNS = (
    "sample_id",
    "identity",
    "start_at",
    "end_at",
    "offset_minutes",
    "day",
    "is_nap",
    "source_updated_at",
    "figures",
    "stages",
)

# From the member's own row, so that the time zone comes even when nothing is held.
_HELD = """
SELECT m.profile ->> 'timezone' AS timezone, s.identity, s.sample_id, s.end_at, s.offset_minutes, s.day
FROM member m
LEFT JOIN sleep_session s ON s.org_id = m.org_id AND s.user_id = m.user_id AND s.source_id = $3
    AND s.identity = ANY ($4::text[])
WHERE m.org_id = $1 AND m.user_id = $2
"""

# The row that is there stays where it says the same, and where its source changed it later.
_PUT = """
WITH seen AS (
    UPDATE sample_source SET last_data_at = $4, sessions_accepted = sessions_accepted + cardinality($5::uuid[])
    WHERE org_id = $1 AND user_id = $2 AND source_id = $3
    RETURNING sessions_accepted - cardinality($5::uuid[]) AS accepted
)
INSERT INTO sleep_session AS held (org_id, user_id, source_id, sample_id, identity, start_at, end_at, offset_minutes,
    day, is_nap, source_updated_at, figures, stages, accepted)
SELECT $1, $2, $3, sample_id, identity, start_at, end_at, offset_minutes, day, is_nap, updated_at, figures::jsonb, stages,
    CASE WHEN $15::bigint IS NOT NULL AND EXISTS (
        SELECT FROM sleep_session other WHERE other.org_id = $1 AND other.user_id = $2 AND other.source_id = $3
            AND other.start_at = new.start_at AND other.end_at BETWEEN new.start_at AND new.start_at + INTERVAL '2 days'
            AND other.identity <> new.identity AND other.accepted <= $15
    ) THEN 0 ELSE seen.accepted + place END
FROM seen, unnest($5::uuid[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::smallint[], $10::date[], $11::boolean[],
    $12::timestamptz[], $13::text[], $14::bytea[]) WITH ORDINALITY AS new (sample_id, identity, start_at, end_at,
    offset_minutes, day, is_nap, updated_at, figures, stages, place)
ON CONFLICT (org_id, user_id, source_id, identity) DO UPDATE SET
    start_at = excluded.start_at, end_at = excluded.end_at, offset_minutes = excluded.offset_minutes,
    day = excluded.day, is_nap = excluded.is_nap, source_updated_at = excluded.source_updated_at,
    figures = excluded.figures, stages = excluded.stages, accepted = excluded.accepted
WHERE (held.start_at, held.end_at, held.offset_minutes, held.day, held.is_nap, held.figures, held.stages)
    IS DISTINCT FROM (excluded.start_at, excluded.end_at, excluded.offset_minutes, excluded.day, excluded.is_nap,
    excluded.figures, excluded.stages)
    AND coalesce(excluded.source_updated_at >= held.source_updated_at, true)
RETURNING identity, xmax = 0 AS added
"""

# Those of partners are no longer than a day, so the index by end finds them.
_STARTED = """
SELECT start_at, end_at, offset_minutes, day
FROM sleep_session
WHERE org_id = $1 AND user_id = $2 AND source_id = $3 AND end_at BETWEEN $4 AND $5 AND start_at = ANY ($6::timestamptz[])
"""


async def held(uow: UnitOfWork, source_id: int, identities: Sequence[str]) -> tuple[str | None, list[Any]]:
    """(the member's time zone, those of the sessions that are there)."""
    rows = await uow.fetch(_HELD, uow.org_id, uow.member_id, source_id, identities)
    return (rows[0]["timezone"] if rows else None), [row for row in rows if row["identity"] is not None]


async def put(
    uow: UnitOfWork, source_id: int, rows: Sequence[dict[str, Any]], behind: int | None = None
) -> dict[str, bool]:
    """Adds or corrects sessions; answers (identity, whether it is new) of each that changed anything.

    Those with a start of which the source has told before count less than what it has told so, if that was accepted up
    to the number `behind`.
    """
    columns = [[row[name] for row in rows] for name in COLUMNS]
    changed = await uow.fetch(_PUT, uow.org_id, uow.member_id, source_id, uow.now(), *columns, behind)
    return {row["identity"]: row["added"] for row in changed}


async def started(uow: UnitOfWork, source_id: int, starts: Sequence[datetime]) -> list[Any]:
    """The sessions of a source that start then, and end within two days."""
    first, last = min(starts), max(starts) + timedelta(2)
    return list(await uow.fetch(_STARTED, uow.org_id, uow.member_id, source_id, first, last, starts))


# The tenant's own order of sources for sleep, else for everything.
_PREFERRED = f"""(SELECT o.preferred FROM source_order o WHERE o.org_id = m.org_id AND o.metric IN (0, {SLEEP_SUMMARY})
    ORDER BY o.metric DESC LIMIT 1)"""

# From the member's own row, so that no row means no member.
_OF_WINDOW = f"""
SELECT m.profile ->> 'timezone' AS timezone, s.*, c.provider, c.device, {_PREFERRED} AS preferred
FROM member m
LEFT JOIN (sleep_session s JOIN sample_source c USING (org_id, user_id, source_id))
    ON s.org_id = m.org_id AND s.user_id = m.user_id AND s.end_at BETWEEN $3 AND $4
    AND ($5::text IS NULL OR c.provider = $5)
WHERE m.org_id = $1 AND m.user_id = $2
"""

_FIND = """
SELECT s.*, c.provider, c.device, m.profile ->> 'timezone' AS timezone
FROM sleep_session s JOIN sample_source c USING (org_id, user_id, source_id) JOIN member m USING (org_id, user_id)
WHERE s.org_id = $1 AND s.user_id = $2 AND s.sample_id = $3
"""

_KNOWN = """
SELECT s.sample_id
FROM org o JOIN sample_source c ON c.org_id = o.org_id AND c.user_id = $2 AND c.provider = 'partner:' || o.key
    AND c.device = ''
JOIN sleep_session s ON s.org_id = c.org_id AND s.user_id = c.user_id AND s.source_id = c.source_id
    AND s.identity = 'id:' || $3::text
WHERE o.org_id = $1
"""


async def of_window(uow: UnitOfWork, start: datetime, end: datetime, provider: str | None) -> Found:
    """The sessions that end from `start` to `end`."""
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
        "DELETE FROM sleep_session WHERE org_id = $1 AND user_id = $2 AND sample_id = $3",
        uow.org_id,
        uow.member_id,
        sample_id,
    )

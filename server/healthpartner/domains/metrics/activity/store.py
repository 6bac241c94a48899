"""Daily totals, and what summaries are made of, in the database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity.figures import WITH_EXTREMES

_PUT = """
WITH seen AS (
    UPDATE sample_source SET last_data_at = $4 WHERE org_id = $1 AND user_id = $2 AND source_id = $3
)
INSERT INTO daily_total AS held (org_id, user_id, source_id, metric, day, value, minimum, maximum, offset_minutes)
SELECT $1, $2, $3, new.* FROM unnest($5::smallint[], $6::date[], $7::float8[], $8::float8[], $9::float8[],
    $10::smallint[]) AS new (metric, day, value, minimum, maximum, offset_minutes)
ON CONFLICT (org_id, user_id, metric, day, source_id) DO UPDATE SET
    value = coalesce(excluded.value, held.value), minimum = coalesce(excluded.minimum, held.minimum),
    maximum = coalesce(excluded.maximum, held.maximum),
    offset_minutes = coalesce(excluded.offset_minutes, held.offset_minutes)
WHERE (held.value, held.minimum, held.maximum, held.offset_minutes) IS DISTINCT FROM (
    coalesce(excluded.value, held.value), coalesce(excluded.minimum, held.minimum),
    coalesce(excluded.maximum, held.maximum), coalesce(excluded.offset_minutes, held.offset_minutes))
RETURNING day
"""

_WITH_EXTREMES = ", ".join(map(str, WITH_EXTREMES))

# One round trip for a window of days, whose rows are of several kinds, for each statement costs as much as all of them:
# - figure: of the metric `id` and the month that begins on `day`, doubles with a place for each of its days, NaN where it
#   has none. All of them are of one `source`, or `texts` has the sources of each in their order. All metrics that have
#   figures come, for they lie together, and to look for some takes longer.
# - stale: the metric `id` has a figure that is overtaken; one around the window may move into it.
# - total: metric and day, then numbers as `window.Total` has them, of each; at most one row.
# - source: `id`, its provider and device.
# - member: from which day to which, and the time zone; decides that there is anything.
# The days are those of `DayWindow.within`.
# The bounds are ready before the scan: with row-level security, arithmetic on columns that are joined would be no bound
# of an index, but a filter on all days that the member has.
# Metrics are sent as text, in a fraction of an array's time.
_WINDOW = f"""
WITH m AS (
    SELECT timezone, first, last, date_trunc('month', first::timestamp)::date AS first_month FROM (
        SELECT timezone, coalesce($3::date, coalesce($4::date,
                ($5::timestamptz AT TIME ZONE coalesce(timezone, 'UTC'))::date) - 29) AS first,
            coalesce($4::date, ($5::timestamptz AT TIME ZONE INTERVAL '14 hours')::date) AS last
        FROM (SELECT profile ->> 'timezone' AS timezone FROM member WHERE org_id = $1 AND user_id = $2) AS asked
        OFFSET 0) AS asked
)
SELECT 'figure' AS kind, f.metric::integer AS id, f.month - DATE '1970-01-01' AS day, f.value,
    CASE WHEN f.metric IN ({_WITH_EXTREMES}) THEN f.minimum END AS minimum,
    CASE WHEN f.metric IN ({_WITH_EXTREMES}) THEN f.maximum END AS maximum,
    f.source, f.sources AS texts, NULL::float8[] AS numbers
FROM figure_month f WHERE f.org_id = $1 AND f.user_id = $2
    AND f.month BETWEEN (SELECT first_month FROM m) AND (SELECT last FROM m)
UNION ALL
SELECT 'stale', f.metric, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM daily_figure f WHERE f.org_id = $1 AND f.user_id = $2 AND f.stale
    AND f.day BETWEEN (SELECT first FROM m) - 2 AND (SELECT last FROM m) + 2
UNION ALL
SELECT 'total', 0, NULL, NULL, NULL, NULL, NULL, NULL, array_agg(
    ARRAY[t.metric, t.day - DATE '1970-01-01', t.source_id, t.offset_minutes, t.value, t.minimum, t.maximum]
)
FROM daily_total t WHERE t.org_id = $1 AND t.user_id = $2 AND t.metric = ANY ($6::text::smallint[])
    AND t.day BETWEEN (SELECT first FROM m) AND (SELECT last FROM m)
HAVING count(*) > 0
UNION ALL
SELECT 'source', s.source_id, NULL, NULL, NULL, NULL, NULL, ARRAY[s.provider, s.device], NULL
FROM sample_source s WHERE s.org_id = $1 AND s.user_id = $2
UNION ALL
SELECT 'member', 0, NULL, NULL, NULL, NULL, NULL, ARRAY[m.timezone],
    ARRAY[m.first - DATE '1970-01-01', m.last - DATE '1970-01-01']
FROM m
"""

# Apart from the window, for few members have totals of several sources, and all would pay for it.
_PREFERRED = """
SELECT wanted.metric, (SELECT o.preferred FROM source_order o WHERE o.org_id = $1 AND o.metric IN (0, wanted.metric)
    ORDER BY o.metric DESC LIMIT 1) AS preferred
FROM unnest($2::smallint[]) AS wanted (metric)
"""

_OF_DAY = """
SELECT t.metric, t.value, t.minimum, t.maximum, t.offset_minutes, s.provider
FROM daily_total t JOIN sample_source s USING (org_id, user_id, source_id)
WHERE t.org_id = $1 AND t.user_id = $2 AND t.day = $3 AND t.source_id = $4
ORDER BY t.metric
"""

_REMOVE = "DELETE FROM daily_total WHERE org_id = $1 AND user_id = $2 AND day = $3 AND source_id = $4"

_OF_MEMBER = """
SELECT t.metric, t.day, t.source_id, t.value, t.minimum, t.maximum, t.offset_minutes, s.provider, s.device
FROM daily_total t JOIN sample_source s USING (org_id, user_id, source_id)
WHERE t.org_id = $1 AND t.user_id = $2 AND (t.metric, t.day, t.source_id) > ($3, $4, $5)
ORDER BY t.metric, t.day, t.source_id LIMIT $6
"""


async def put(uow: UnitOfWork, source_id: int, totals: Sequence[DailyTotal]) -> set[date]:
    """Adds or corrects totals of one source, each metric and day once; answers the days that changed."""
    columns = [[getattr(total, field) for total in totals] for field in DailyTotal.__struct_fields__]
    rows = await uow.fetch(_PUT, uow.org_id, uow.member_id, source_id, uow.now(), *columns)
    return {row["day"] for row in rows}


async def window(
    uow: UnitOfWork, first: date | None, last: date | None, now: datetime, metrics: Sequence[int]
) -> list[Any]:
    """Rows of each `kind`, as above. Empty for a member who is gone."""
    told = f"{{{','.join(map(str, metrics))}}}"
    return await uow.read(_WINDOW, uow.org_id, uow.member_id, first, last, now, told)


async def preferred(uow: UnitOfWork, metrics: Sequence[int]) -> dict[int, Sequence[str]]:
    """The tenant's own order of sources for each metric. The member must be known to be there."""
    rows = await uow.read(_PREFERRED, uow.org_id, metrics)
    return {row["metric"]: row["preferred"] or () for row in rows}


async def of_day(uow: UnitOfWork, day: date, source_id: int) -> list[Any]:
    """What one source says about one day."""
    return await uow.read(_OF_DAY, uow.org_id, uow.member_id, day, source_id)


async def remove(uow: UnitOfWork, day: date, source_id: int) -> None:
    await uow.execute(_REMOVE, uow.org_id, uow.member_id, day, source_id)


async def of_member(uow: UnitOfWork, after: tuple[int, date, int], limit: int) -> list[Any]:
    return await uow.fetch(_OF_MEMBER, uow.org_id, uow.member_id, *after, limit)

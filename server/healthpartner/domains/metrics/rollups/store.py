"""Daily figures in the database."""

from collections.abc import Sequence
from typing import Any

from healthpartner.canonical.instants import date_of, day_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.rollups.day_figure import DayFigure

_REPLACE = """
WITH gone AS (
    DELETE FROM daily_figure
    WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND day BETWEEN $4 AND $5 AND NOT day = ANY ($6::date[])
)
INSERT INTO daily_figure (org_id, user_id, metric, day, value, minimum, maximum, samples, sources, contested, floating)
SELECT $1, $2, $3, day, value, minimum, maximum, samples, sources::integer[], contested, floating
FROM unnest($6::date[], $7::float8[], $8::float8[], $9::float8[], $10::integer[], $11::text[], $12::boolean[],
    $13::boolean[]) AS figure (day, value, minimum, maximum, samples, sources, contested, floating)
ON CONFLICT (org_id, user_id, metric, day) DO UPDATE SET
    value = excluded.value, minimum = excluded.minimum, maximum = excluded.maximum, samples = excluded.samples,
    sources = excluded.sources, contested = excluded.contested, floating = excluded.floating, stale = false
"""

_STALE = """
SELECT metric, day FROM daily_figure WHERE org_id = $1 AND user_id = $2 AND stale ORDER BY metric, day LIMIT $3
"""

# Across tenants, for the worker alone.
_MEMBERS_WITH_STALE = """
SELECT DISTINCT org_id, user_id FROM daily_figure WHERE stale LIMIT $1
"""


async def replace(uow: UnitOfWork, metric: int, first: int, last: int, figures: Sequence[DayFigure]) -> None:
    """All of the days from `first` to `last`: those without a figure have none any more. The member must be locked."""
    columns = list(zip(*figures, strict=True)) or [()] * len(DayFigure._fields)
    days, value, minimum, maximum, samples, sources, contested, floating = columns
    await uow.execute(
        _REPLACE,
        uow.org_id,
        uow.member_id,
        metric,
        date_of(first),
        date_of(last),
        [date_of(day) for day in days],
        value,
        minimum,
        maximum,
        samples,
        # An array of arrays would need rows of one length.
        [f"{{{','.join(map(str, each))}}}" for each in sources],
        contested,
        floating,
    )


async def stale(uow: UnitOfWork, most: int) -> list[tuple[int, int]]:
    """(metric, day) of figures that a change of the clock or of the order of sources has overtaken."""
    rows = await uow.fetch(_STALE, uow.org_id, uow.member_id, most)
    return [(row["metric"], day_of(row["day"])) for row in rows]


async def members_with_stale(system: Any, limit: int) -> list[Any]:
    rows: list[Any] = await system.fetch(_MEMBERS_WITH_STALE, limit)
    return rows

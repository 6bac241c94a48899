"""Daily figures in the database."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from healthpartner.canonical.instants import date_of, day_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.rollups.day_figure import DayFigure

_SWEEP = """
DELETE FROM daily_figure
WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND day BETWEEN $4 AND $5 AND NOT day = ANY ($6::date[])
    AND NOT frozen
"""

# A figure that says the same is not written again, and one whose samples are no more stays for good.
_PUT = """
INSERT INTO daily_figure AS held
    (org_id, user_id, metric, day, value, minimum, maximum, samples, sources, contested, floating)
SELECT $1, $2, $3, day, value, minimum, maximum, samples, sources::integer[], contested, floating
FROM unnest($4::date[], $5::float8[], $6::float8[], $7::float8[], $8::integer[], $9::text[], $10::boolean[],
    $11::boolean[]) AS figure (day, value, minimum, maximum, samples, sources, contested, floating)
ON CONFLICT (org_id, user_id, metric, day) DO UPDATE SET
    value = excluded.value, minimum = excluded.minimum, maximum = excluded.maximum, samples = excluded.samples,
    sources = excluded.sources, contested = excluded.contested, floating = excluded.floating, stale = false
WHERE NOT held.frozen AND (held.stale OR
    (held.value, held.minimum, held.maximum, held.samples, held.sources, held.contested, held.floating)
    IS DISTINCT FROM (excluded.value, excluded.minimum, excluded.maximum, excluded.samples, excluded.sources,
    excluded.contested, excluded.floating))
"""

_FREEZE = """
UPDATE daily_figure SET frozen = true
WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND day = ANY ($4::date[]) AND NOT frozen
"""

_FROZEN = """
SELECT day, value, minimum, maximum, samples, sources, contested, floating FROM daily_figure
WHERE org_id = $1 AND user_id = $2 AND metric = $3 AND day BETWEEN $4 AND $5 AND frozen
"""

_FROZEN_OF_MEMBER = """
SELECT metric, day, value, minimum, maximum, samples FROM daily_figure
WHERE org_id = $1 AND user_id = $2 AND frozen AND (metric, day) > ($3, $4)
ORDER BY metric, day LIMIT $5
"""

_STALE = """
SELECT metric, day FROM daily_figure WHERE org_id = $1 AND user_id = $2 AND stale ORDER BY metric, day LIMIT $3
"""

# Across tenants, for the worker alone.
_MEMBERS_WITH_STALE = """
SELECT DISTINCT org_id, user_id FROM daily_figure WHERE stale LIMIT $1
"""


async def sweep(uow: UnitOfWork, metric: int, first: int, last: int, kept: Sequence[DayFigure]) -> None:
    """Of the days from `first` to `last`, those that are not kept have no figure any more. The member must be locked."""
    days = [date_of(figure.day) for figure in kept]
    await uow.execute(_SWEEP, uow.org_id, uow.member_id, metric, date_of(first), date_of(last), days)


async def put(uow: UnitOfWork, metric: int, figures: Sequence[DayFigure]) -> None:
    """Adds or replaces figures. The member must be locked."""
    if not figures:
        return
    days, value, minimum, maximum, samples, sources, contested, floating = zip(*figures, strict=True)
    await uow.execute(
        _PUT,
        uow.org_id,
        uow.member_id,
        metric,
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


async def freeze(uow: UnitOfWork, metric: int, days: Iterable[int]) -> None:
    """Nothing changes the figures of these days any more. None of them may be stale; the member must be locked."""
    await uow.execute(_FREEZE, uow.org_id, uow.member_id, metric, list(map(date_of, days)))


async def frozen(uow: UnitOfWork, metric: int, first: int, last: int) -> list[DayFigure]:
    """Those of days whose samples are no more."""
    rows = await uow.read(_FROZEN, uow.org_id, uow.member_id, metric, date_of(first), date_of(last))
    return [DayFigure(day_of(row["day"]), *list(row)[1:]) for row in rows]


async def frozen_of_member(uow: UnitOfWork, after: tuple[int, date], limit: int) -> list[Any]:
    return await uow.fetch(_FROZEN_OF_MEMBER, uow.org_id, uow.member_id, *after, limit)


async def stale(uow: UnitOfWork, most: int) -> list[tuple[int, int]]:
    """(metric, day) of figures that a change of the clock or of the order of sources has overtaken."""
    rows = await uow.fetch(_STALE, uow.org_id, uow.member_id, most)
    return [(row["metric"], day_of(row["day"])) for row in rows]


async def members_with_stale(system: Any, limit: int) -> list[Any]:
    rows: list[Any] = await system.fetch(_MEMBERS_WITH_STALE, limit)
    return rows

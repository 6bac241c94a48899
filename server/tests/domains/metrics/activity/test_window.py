"""A window of days: what it costs the database, and what is told about the sources of figures."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import asyncpg
import pytest

from healthpartner.canonical.instants import day_of
from healthpartner.canonical.metrics import METRICS
from healthpartner.core.db.pool import Database
from healthpartner.domains.metrics.activity import store
from healthpartner.domains.metrics.activity import window as windows
from healthpartner.domains.metrics.rollups import store as rollups
from healthpartner.domains.metrics.rollups.day_figure import DayFigure
from healthpartner.domains.metrics.samples import service as samples
from tests.conftest import MakeOrg

# Days, metrics, and every third of them stale.
_YEARS_OF_FIGURES = """
INSERT INTO daily_figure (org_id, user_id, metric, day, value, minimum, maximum, samples, sources, contested, floating)
SELECT $1, $2, metric, DATE '2026-03-14' - day, 1, 1, 1, 1, '{1}', false, false
FROM generate_series(0, 1999) AS day, generate_series(1, 3) AS metric
"""
_YEARS_OF_TOTALS = """
INSERT INTO daily_total (org_id, user_id, metric, day, source_id, value)
SELECT $1, $2, metric, DATE '2026-03-14' - day, 1, 1 FROM generate_series(0, 1999) AS day, generate_series(1, 3) AS metric
"""


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Relation Name" in plan:
        yield plan
    for below in plan.get("Plans", ()):
        yield from scans(below)


async def test_of_years_only_the_days_of_the_window_are_looked_at(make_org: MakeOrg, quiet_database: Database) -> None:
    tenant = await make_org(database=quiet_database)
    member = await tenant.add_member()
    async with tenant.uow(member) as uow:
        for statement in (_YEARS_OF_FIGURES, _YEARS_OF_TOTALS):
            await uow.execute(statement, uow.org_id, member)
        await uow.commit()
    await _analyze(quiet_database)
    async with tenant.uow(member) as uow:
        await uow.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        days = (date(2026, 2, 1), date(2026, 3, 2))

        explained = await uow.fetchval(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {store._WINDOW}", uow.org_id, member, *days, uow.now(), "{1,2,3}"
        )

    kept = {scan["Relation Name"]: scan for scan in scans(json.loads(explained)[0]["Plan"])}
    # Two months of three metrics, and thirty days.
    assert (kept["figure_month"]["Actual Rows"], kept["daily_total"]["Actual Rows"]) == (6, 90)
    assert kept["daily_figure"]["Index Name"] == "daily_figure_stale"
    assert not any(kept[table].get("Rows Removed by Filter") for table in ("figure_month", "daily_total"))


@pytest.mark.parametrize(
    "sources", [[[1]] * 4, [[1], [2], [1], [1]], [[1, 2], [1], [2, 1], [1, 2]], [[], [1], [], [2]]]
)
async def test_every_figure_has_its_sources(make_org: MakeOrg, sources: list[list[int]]) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    steps, first = METRICS["steps"], day_of(date(2026, 3, 10))
    async with tenant.uow(member) as uow:
        await samples.claim(uow, None, [""])
        figures = [DayFigure(first + at, 1.0, 1.0, 1.0, 1, each, False, False) for at, each in enumerate(sources)]
        await rollups.put(uow, steps.code, figures)

        found = await windows.read(uow, [steps], date(2026, 3, 9), date(2026, 3, 13), None)

    assert list(found.figures_of(steps).sources) == [None, *map(tuple, sources)]


async def test_a_window_that_begins_after_today_is_empty(make_org: MakeOrg) -> None:
    tenant = await make_org()
    member = await tenant.add_member()
    steps, today = METRICS["steps"], tenant.clock.now().date()
    later = today.replace(day=today.day + 3)
    async with tenant.uow(member) as uow:
        await rollups.put(uow, steps.code, [DayFigure(day_of(today), 1.0, 1.0, 1.0, 1, [], False, False)])

        found = await windows.read(uow, [steps], later, None, None)

    assert (list(found.days), list(found.figures_of(steps).value)) == ([], [])


async def _analyze(database: Database) -> None:
    """So that the plan depends on nothing but what the test has put there."""
    connection: Any = await asyncpg.connect(database.url)
    await connection.execute("ANALYZE daily_figure, figure_month, daily_total")
    await connection.close()

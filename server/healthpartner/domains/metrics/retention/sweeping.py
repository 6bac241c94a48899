"""One member's data gone through by age, a bounded part at a time: each part is a transaction of its own, and a run that
is cut off anywhere goes on from what it left.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from healthpartner.canonical.instants import epoch_ms
from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items import service as noted
from healthpartner.domains.metrics.items.instants import EARLIEST_MS
from healthpartner.domains.metrics.retention import store
from healthpartner.domains.metrics.retention.rules import A_DAY, ALL_CODES, THINNED_CODES, Edges
from healthpartner.domains.metrics.retention.thinned_days import thin_days
from healthpartner.domains.metrics.samples import store as samples

DAYS_A_PART = 31
ROWS_A_PART = 2000
_START = (0, date.min)

Counts = Counter[str]


class Plan(NamedTuple):
    """What is to be done with the member's data; days before `thinned_from` and `daily_from` are done already."""

    edges: Edges
    thinned_from: date
    daily_from: date


class Position(NamedTuple):
    """Which stage, and within it the first (metric, day) that is not done."""

    stage: int = 0
    at: tuple[int, date] = _START


Stage = Callable[..., Awaitable[tuple[Counts, tuple[int, date] | None]]]


async def part(uow: UnitOfWork, plan: Plan, position: Position, *, dry: bool) -> tuple[Counts, Position | None]:
    """Does a part, or counts what it would do; answers where the next begins. The member must be locked."""
    stages = _stages(plan)
    if position.stage == len(stages):
        return Counter(), None
    counts, rest = await stages[position.stage](uow, position.at, dry=dry)
    return counts, Position(position.stage + 1) if rest is None else Position(position.stage, rest)


def _stages(plan: Plan) -> list[Stage]:
    edges = plan.edges
    stages: list[Stage] = []
    gone = edges.gone or date.min
    if edges.gone is not None:
        stages += [partial(_delete, kind, edges.gone) for kind in range(len(store.AGING))]
    if edges.daily is not None:
        stages.append(partial(_thin, (max(gone, plan.daily_from), edges.daily), A_DAY))
    if edges.thinned is not None:
        first = max(gone, plan.thinned_from, edges.daily or date.min)
        stages.append(partial(_thin, (first, edges.thinned), edges.span_minutes))
    if edges.first_touched is not None:
        stages.append(partial(_forget_routes, gone, edges.first_touched))
    return [*stages, partial(_forget_client_ids, edges)]


async def _thin(
    days: tuple[date, date], minutes: int, uow: UnitOfWork, at: tuple[int, date], *, dry: bool
) -> tuple[Counts, tuple[int, date] | None]:
    found = await store.next_chunk(uow, THINNED_CODES, at, days, minutes)
    if found is None:
        return Counter(), None
    code, first = found
    end = min(first + timedelta(DAYS_A_PART), days[1])
    samples, spans = await thin_days(uow, METRICS_BY_CODE[code], (first, end), minutes, dry=dry)
    return Counter(samples_thinned=samples, spans_made=spans), (code, end)


async def _delete(
    kind: int, before: date, uow: UnitOfWork, _: tuple[int, date], *, dry: bool
) -> tuple[Counts, tuple[int, date] | None]:
    name = f"{store.AGING[kind][0]}_deleted"
    if store.AGING[kind][1] == "sample_chunk":
        await samples.open_packs(uow, ALL_CODES, before, before)
    if dry:
        return Counter({name: await store.count_older(uow, kind, before, ALL_CODES)}), None
    rows, counted = await store.delete_older(uow, kind, before, ALL_CODES, ROWS_A_PART)
    await store.freeze_edge(uow, before, ALL_CODES)
    return Counter({name: counted}), _START if rows == ROWS_A_PART else None


async def _forget_routes(first: date, before: date, uow: UnitOfWork, _: Any, *, dry: bool) -> tuple[Counts, None]:
    return Counter(routes_deleted=await store.forget_routes(uow, first, before, dry=dry)), None


async def _forget_client_ids(edges: Edges, uow: UnitOfWork, _: Any, *, dry: bool) -> tuple[Counts, None]:
    gone = EARLIEST_MS if edges.gone is None else _midnight_ms(edges.gone)
    touched = gone if edges.first_touched is None else max(gone, _midnight_ms(edges.first_touched))
    forgotten = await noted.forget_older(uow, gone, touched, THINNED_CODES, dry=dry)
    return Counter(client_ids_deleted=forgotten), None


def _midnight_ms(day: date) -> int:
    return epoch_ms(datetime(day.year, day.month, day.day, tzinfo=UTC))

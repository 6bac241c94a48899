"""An organization's retention: reading and changing it, and following it a part at a time."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.retention import rules, store, sweeping
from healthpartner.domains.metrics.retention.schemas import Retention
from healthpartner.domains.metrics.retention.sweeping import Counts, Plan, Position
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.tenants.audit import service as audit

# A member's data is gone through this often: what comes of age waits so long at most.
EVERY = timedelta(days=7)


def check(policy: Retention) -> None:
    """Raises ValidationFailed for what cannot be asked for."""
    rules.check(policy)


class Sweep(NamedTuple):
    """A member's data on its way; `revision` is that of the policy, `late_times` says what came since it began."""

    revision: int
    today: date
    plan: Plan
    late_times: int


async def read(uow: UnitOfWork) -> Retention:
    row = await store.read(uow)
    if row is None:
        return Retention()
    return msgspec.convert(
        {name: row[name] for name in Retention.__struct_fields__ if row[name] is not None}, Retention
    )


async def change(uow: UnitOfWork, policy: Retention) -> None:
    """Raises ValidationFailed. What a policy has thinned or deleted before does not come back."""
    rules.check(policy)
    await store.put(
        uow, policy.thin_after_days, policy.span, policy.daily_after_days, policy.delete_after_days, uow.now()
    )
    await audit.record(uow, "retention.changed", "org", uow.org_id)


async def due(uow: UnitOfWork, after: UUID, most: int, *, everyone: bool) -> list[UUID]:
    """A page of members whose data is to be gone through, by id."""
    before = None if everyone else uow.now().date() - EVERY
    return await store.due(uow, after, before, most)


async def begin(uow: UnitOfWork, instead: Retention | None = None) -> Sweep | None:
    """None where the organization asks for nothing; `instead` is a policy to count by that it does not have.

    Raises Unauthorized for a member who is gone.
    """
    await samples.claim(uow, None, [])
    row = await store.read(uow)
    if row is None and instead is None:
        return None
    revision = 0 if row is None else row["revision"]
    edges = rules.edges(instead or await read(uow), uow.now().date())
    known = await store.begin(uow)
    same = instead is None and known["revision"] == revision
    late = known["late_from"] or date.max
    thinned, daily = (min(known[name] or date.min, late) for name in ("thinned_before", "daily_before"))
    plan = Plan(edges, thinned if same else date.min, daily if same else date.min)
    return Sweep(revision, uow.now().date(), plan, known["late_times"])


async def go_on(uow: UnitOfWork, sweep: Sweep, at: Position, *, dry: bool = False) -> tuple[Counts, Position | None]:
    """One part of it: (what was done, where to go on), None at the end. Commit after each; `dry` only counts."""
    await samples.claim(uow, None, [])
    counts, rest = await sweeping.part(uow, sweep.plan, at, dry=dry)
    if rest is None and not dry:
        edges = sweep.plan.edges
        await store.end(uow, sweep.revision, sweep.today, edges.thinned, edges.daily, sweep.late_times)
    return counts, rest


async def record(uow: UnitOfWork) -> None:
    """That the policy was followed."""
    await audit.record(uow, "retention.applied", "org", uow.org_id)

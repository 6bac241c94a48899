"""Moving a tenant's clock. What synthetic members' devices would have handed over meanwhile arrives in order, each
moment in a transaction of its own with its events, so that a day in one step is the day minute by minute.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from healthpartner.core.clock import Clock, SettableClock, TenantClocks
from healthpartner.core.db.pool import Database
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.sandbox import service as members
from healthpartner.domains.sandbox.clock import rules, store
from healthpartner.domains.sandbox.clock.schemas import AdvanceClock, ClockAdvanced
from healthpartner.domains.sandbox.life.records import Records
from healthpartner.domains.sandbox.life.world import live
from healthpartner.domains.sandbox.personas import PERSONAS
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.queues import service as queues

_A_DAY = timedelta(days=1)


async def advance(uow: UnitOfWork, database: Database, wanted: AdvanceClock) -> ClockAdvanced:
    """Commits what arrives moment by moment; the clock itself moves with the unit of work.

    After a crash in between the same call goes on where it ended: nobody lives a moment twice.
    """
    ahead = await store.lock(uow)
    began = uow.clock.now() + ahead
    until = began + timedelta(seconds=wanted.seconds)
    living = await store.living(uow, until)
    events = 0
    for moment in rules.syncs(min((row["lived_until"] for row in living), default=until), until):
        events += await _happens(uow, database, living, moment)
    ahead += until - began
    await store.put(uow, ahead)
    await queues.bring_forward(uow, until - began)
    await audit.record(uow, "clock.advanced", "org", uow.org_id)
    _note(uow, uow.clock, ahead)
    return ClockAdvanced(until, int(ahead.total_seconds()), len(living), events)


async def refresh(clocks: TenantClocks, database: Database) -> None:
    """What other processes have moved."""
    clocks.replace(await store.all_ahead(database.system))


def _note(uow: UnitOfWork, clock: Clock, ahead: timedelta) -> None:
    if isinstance(clock, TenantClocks):
        uow.after_commit(lambda: clock.put(uow.org_id, ahead))


async def _happens(uow: UnitOfWork, database: Database, living: Sequence[Any], moment: datetime) -> int:
    """One moment of every member's life; answers the number of events."""
    events = 0
    for row in living:
        if row["lived_until"] >= moment:
            continue
        step = UnitOfWork(database.tenants, SettableClock(moment), uow.org_id, user_id=row["user_id"], actor=uow.actor)
        async with step:
            events += await members.live_until(step, _noticed(row, moment))
            await step.commit()
    return events


def _noticed(row: Any, moment: datetime) -> Records:
    """What the member's devices noticed since the sync before, or since the member last lived."""
    since = max(row["lived_until"], moment - rules.SYNC_EVERY)
    records = live(PERSONAS[row["persona"]], row["seed"], (since - _A_DAY).date(), (moment + _A_DAY).date())
    return records.ending(_ms(since), _ms(moment))


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)

"""Making synthetic members, and letting them live."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from healthpartner.core.config import Settings
from healthpartner.core.errors import Forbidden
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.async_jobs import service as async_jobs
from healthpartner.domains.devices import service as devices
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.sleep import service as sleep
from healthpartner.domains.metrics.workouts import service as workouts
from healthpartner.domains.sandbox import store
from healthpartner.domains.sandbox.life.persona import Persona
from healthpartner.domains.sandbox.life.records import Records
from healthpartner.domains.sandbox.life.world import live
from healthpartner.domains.sandbox.personas import PERSONAS
from healthpartner.domains.sandbox.schemas import CreateSyntheticMember, LifeInput, LifeResult, SyntheticMemberAccepted
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.users import service as users
from healthpartner.domains.users.schemas import CreateUser, UpdateProfile
from healthpartner.events import outbox

LIFE_JOB = "live_synthetic_member"
_DAYS_A_MONTH = 30.4375
_DAYS_A_YEAR = 365.25


def require_sandbox(settings: Settings) -> None:
    if settings.deployment.is_production:
        raise Forbidden("Synthetic data is made in the sandbox only.")


async def create(uow: UnitOfWork, wanted: CreateSyntheticMember) -> SyntheticMemberAccepted:
    """A new member with nothing but a name, and the job that gives them a past.

    The same `external_id` again answers the same member, whose past is filled up to now.
    """
    first, last = PERSONAS[wanted.persona].name.split(" ", 1)
    new = CreateUser(external_id=wanted.external_id or str(uow.new_id()), first_name=first, last_name=last)
    user_id = await users.register(uow, new)
    given = LifeInput(wanted.persona, wanted.seed, wanted.months)
    accepted = await async_jobs.start(uow, LIFE_JOB, msgspec.to_builtins(given), user_id)
    await audit.record(uow, "synthetic_member.created", "member", user_id, user_id=user_id)
    return SyntheticMemberAccepted(user_id, accepted.job_id)


async def give_past(uow: UnitOfWork, given: LifeInput) -> LifeResult:
    """Fills profile, devices and everything that they noticed until now; again it changes nothing."""
    persona, now = PERSONAS[given.persona], uow.now()
    first = (now - timedelta(days=round(given.months * _DAYS_A_MONTH))).date()
    await users.update(uow, profile_of(persona, now.date()))
    await devices.register_native(uow, "apple_health_kit")
    lived = live(persona, given.seed, first, now.date() + timedelta(days=1))
    noticed = lived.ending(0, samples.epoch_ms(now))
    count = await keep(uow, noticed)
    await store.insert(uow, given.persona, given.seed, now)
    return LifeResult(given.persona, given.seed, first, now.date(), count, len(noticed.nights), len(noticed.workouts))


async def keep(uow: UnitOfWork, records: Records) -> int:
    """Stores what devices noticed; answers the number of samples."""
    count = 0
    for source, batch in records.joined():
        await samples.store(uow, source, batch)
        count += len(batch)
    for source in dict.fromkeys(source for source, _ in records.nights):
        await sleep.store(uow, source, [night for owner, night in records.nights if owner == source])
    for source in dict.fromkeys(source for source, _ in records.workouts):
        await workouts.store(uow, source, [each for owner, each in records.workouts if owner == source])
    return count


async def live_until(uow: UnitOfWork, noticed: Records) -> int:
    """What arrives by the unit of work's present, with one event for each provider; answers how many."""
    await store.live_until(uow, uow.now())
    if noticed.is_empty:
        return 0
    await keep(uow, noticed)
    told = [
        (DailyDataUpdated(each.metrics, each.days, provider, each.samples), uow.member_id)
        for provider, each in noticed.by_provider()
    ]
    return len(await outbox.record_many(uow, told))


def profile_of(persona: Persona, today: date) -> UpdateProfile:
    born = datetime.combine(today, datetime.min.time(), UTC) - timedelta(days=round(persona.age * _DAYS_A_YEAR))
    return UpdateProfile(
        timezone=persona.timezone,
        birthday=born.date(),
        gender=persona.gender,
        height=persona.height_cm,
        height_unit="cm",
        weight=persona.weight_kg,
        weight_unit="kg",
    )

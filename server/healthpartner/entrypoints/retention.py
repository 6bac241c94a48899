"""Retention for operators: asking for it, seeing what it would do, and following it now."""

from uuid import UUID

import msgspec

from healthpartner.core.access import OPERATOR
from healthpartner.domains.metrics.retention import service as retention
from healthpartner.domains.metrics.retention.jobs import Sweeper, Swept
from healthpartner.domains.metrics.retention.schemas import Retention
from healthpartner.domains.tenants.organization import service as organization
from healthpartner.entrypoints.provisioning import operator_uow
from healthpartner.web.platform import Platform


async def read(platform: Platform, org_id: UUID) -> Retention:
    async with operator_uow(platform, org_id) as uow:
        await organization.read(uow)
        return await retention.read(uow)


async def change(platform: Platform, org_id: UUID, policy: Retention) -> None:
    async with operator_uow(platform, org_id) as uow:
        await organization.read(uow)
        await retention.change(uow, policy)
        await uow.commit()


async def follow(platform: Platform, org_id: UUID, *, dry: bool, instead: Retention | None = None) -> Swept:
    """All members of the organization at once; `dry` counts what would be done, by another policy where one is given."""
    await read(platform, org_id)
    if instead is not None:
        retention.check(instead)
    sweeper = Sweeper(platform.database, platform.clock, OPERATOR, everyone=True, dry=dry, instead=instead)
    return await sweeper.organization(org_id)


def told(policy: Retention) -> str:
    return " ".join(f"{name}={value}" for name, value in msgspec.structs.asdict(policy).items() if value is not None)


def counted(swept: Swept) -> str:
    counts = {
        "members": swept.members,
        "failed": swept.failed,
        **{name: swept.counts[name] for name in sorted(swept.counts)},
    }
    return "\n".join(f"{name}={count}" for name, count in counts.items())

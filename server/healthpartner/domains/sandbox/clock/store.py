"""How far tenants are ahead, in the database."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork


async def lock(uow: UnitOfWork) -> timedelta:
    """How far the tenant is ahead; whoever else moves its clock waits until this unit of work ends."""
    await uow.execute("INSERT INTO tenant_clock (org_id) VALUES ($1) ON CONFLICT DO NOTHING", uow.org_id)
    ahead: timedelta = await uow.fetchval("SELECT ahead FROM tenant_clock WHERE org_id = $1 FOR UPDATE", uow.org_id)
    return ahead


async def put(uow: UnitOfWork, ahead: timedelta) -> None:
    await uow.execute("UPDATE tenant_clock SET ahead = $2 WHERE org_id = $1", uow.org_id, ahead)


async def all_ahead(system: Any) -> dict[UUID, timedelta]:
    rows = await system.fetch("SELECT org_id, ahead FROM tenant_clock")
    return {row["org_id"]: row["ahead"] for row in rows}


async def living(uow: UnitOfWork, until: datetime) -> list[Any]:
    """Synthetic members who have not lived until then."""
    return await uow.fetch(
        "SELECT user_id, persona, seed, lived_until FROM synthetic_member WHERE org_id = $1 AND lived_until < $2 "
        "ORDER BY user_id",
        uow.org_id,
        until,
    )

"""Which members are synthetic, and until when they have lived."""

from datetime import datetime

from healthpartner.core.unit_of_work import UnitOfWork


async def insert(uow: UnitOfWork, persona: str, seed: int, lived_until: datetime) -> None:
    await uow.execute(
        "INSERT INTO synthetic_member (org_id, user_id, persona, seed, lived_until) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (org_id, user_id) DO UPDATE SET lived_until = excluded.lived_until",
        uow.org_id,
        uow.member_id,
        persona,
        seed,
        lived_until,
    )


async def live_until(uow: UnitOfWork, instant: datetime) -> None:
    await uow.execute(
        "UPDATE synthetic_member SET lived_until = $3 WHERE org_id = $1 AND user_id = $2",
        uow.org_id,
        uow.member_id,
        instant,
    )

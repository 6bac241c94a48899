"""Consent, and the turn to erase a member, in the database."""

from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork


async def read(uow: UnitOfWork) -> Any:
    return await uow.read_row(
        "SELECT conversation_recording_opt_in FROM member WHERE org_id = $1 AND user_id = $2",
        uow.org_id,
        uow.member_id,
    )


async def update(uow: UnitOfWork, *, recording: bool) -> None:
    await uow.execute(
        "UPDATE member SET conversation_recording_opt_in = $3, updated_at = $4 WHERE org_id = $1 AND user_id = $2",
        uow.org_id,
        uow.member_id,
        recording,
        uow.now(),
    )


async def begin_erasure(uow: UnitOfWork) -> bool:
    """False while another request erases the member: waiting for it would be waiting for each other."""
    begun: bool = await uow.fetchval(
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"erase {uow.member_id}"
    )
    return begun

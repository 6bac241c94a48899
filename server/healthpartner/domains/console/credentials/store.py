"""Passwords, second factors and recovery codes in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork

# Two rows are enough to know that the email alone does not say who it is.
_FIND = """
SELECT console_member.org_id, member_id, hash, totp_ciphertext
FROM console_member JOIN console_password USING (org_id, member_id) JOIN org USING (org_id)
WHERE email = $1 AND ($2::text IS NULL OR org.key = $2) LIMIT 2
"""


async def find(pool: Any, email: str, org_key: str | None) -> list[Any]:
    rows: list[Any] = await pool.fetch(_FIND, email, org_key)
    return rows


async def put(uow: UnitOfWork, member_id: UUID, digest: str, totp_ciphertext: bytes, step: int) -> None:
    await uow.execute(
        "INSERT INTO console_password (org_id, member_id, hash, totp_ciphertext, last_step, changed_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (org_id, member_id) DO UPDATE SET hash = excluded.hash, "
        "totp_ciphertext = excluded.totp_ciphertext, last_step = excluded.last_step, changed_at = excluded.changed_at",
        uow.org_id,
        member_id,
        digest,
        totp_ciphertext,
        step,
        uow.clock.now(),
    )


async def exists(uow: UnitOfWork, member_id: UUID) -> bool:
    found: bool = await uow.fetchval(
        "SELECT EXISTS (SELECT FROM console_password WHERE org_id = $1 AND member_id = $2)", uow.org_id, member_id
    )
    return found


async def take_step(uow: UnitOfWork, member_id: UUID, step: int) -> bool:
    """False when this step, or a later one, was taken before."""
    taken = await uow.fetchval(
        "UPDATE console_password SET last_step = $3 WHERE org_id = $1 AND member_id = $2 AND last_step < $3 "
        "RETURNING true",
        uow.org_id,
        member_id,
        step,
    )
    return bool(taken)


async def replace_codes(uow: UnitOfWork, member_id: UUID, digests: Sequence[bytes]) -> None:
    await uow.execute("DELETE FROM console_recovery_code WHERE org_id = $1 AND member_id = $2", uow.org_id, member_id)
    await uow.execute(
        "INSERT INTO console_recovery_code (org_id, member_id, digest) SELECT $1, $2, unnest($3::bytea[])",
        uow.org_id,
        member_id,
        list(digests),
    )


async def take_recovery_code(uow: UnitOfWork, member_id: UUID, digest: bytes) -> bool:
    taken = await uow.fetchval(
        "DELETE FROM console_recovery_code WHERE org_id = $1 AND member_id = $2 AND digest = $3 RETURNING true",
        uow.org_id,
        member_id,
        digest,
    )
    return bool(taken)


async def count_codes(uow: UnitOfWork, member_id: UUID) -> int:
    number: int = await uow.fetchval(
        "SELECT count(*) FROM console_recovery_code WHERE org_id = $1 AND member_id = $2", uow.org_id, member_id
    )
    return number

"""Idempotency records in the database."""

from datetime import datetime
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork


async def lock(uow: UnitOfWork, scope: bytes) -> bool:
    """Until the end of the transaction; false when another request holds it."""
    number = int.from_bytes(scope[:8], signed=True) ^ (uow.org_id.int & 0x7FFF_FFFF_FFFF_FFFF)
    taken: bool = await uow.fetchval("SELECT pg_try_advisory_xact_lock($1)", number)
    return taken


async def find(uow: UnitOfWork, scope: bytes) -> Any:
    return await uow.fetchrow(
        "SELECT request_digest, response_ciphertext FROM idempotency_record "
        "WHERE org_id = $1 AND scope_digest = $2 AND expires_at > $3",
        uow.org_id,
        scope,
        uow.clock.now(),
    )


async def keep(uow: UnitOfWork, scope: bytes, request_digest: bytes, sealed: bytes, expires_at: datetime) -> None:
    """A member who was deleted by this very request leaves no record behind."""
    await uow.execute(
        "INSERT INTO idempotency_record "
        "(org_id, scope_digest, user_id, request_digest, response_ciphertext, expires_at) "
        "SELECT $1, $2, $3, $4, $5, $6 WHERE $3::uuid IS NULL "
        "OR EXISTS (SELECT 1 FROM member WHERE org_id = $1 AND user_id = $3) "
        "ON CONFLICT (org_id, scope_digest) DO UPDATE SET request_digest = excluded.request_digest, "
        "response_ciphertext = excluded.response_ciphertext, expires_at = excluded.expires_at",
        uow.org_id,
        scope,
        uow.user_id,
        request_digest,
        sealed,
        expires_at,
    )


async def sweep(pool: Any, now: datetime) -> None:
    await pool.execute("DELETE FROM idempotency_record WHERE expires_at <= $1", now)

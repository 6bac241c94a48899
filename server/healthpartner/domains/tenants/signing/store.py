"""The signing secrets' queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork

# By the tenant's own time, which in a sandbox may be ahead. The current secret has no expiry; of the previous ones the
# latest to expire is the latest made.
_ACTIVE = """
SELECT org_id, ciphertext, created_at, expires_at FROM signing_secret LEFT JOIN tenant_clock USING (org_id)
WHERE org_id = ANY ($1::uuid[]) AND (expires_at IS NULL OR expires_at > $2::timestamptz + coalesce(ahead, '0'))
ORDER BY org_id, expires_at DESC NULLS FIRST, created_at DESC
"""


async def lock_organisation(uow: UnitOfWork) -> None:
    """Lets rotations take turns."""
    await uow.execute("SELECT FROM org WHERE org_id = $1 FOR NO KEY UPDATE", uow.org_id)


async def insert(uow: UnitOfWork, ciphertext: bytes) -> UUID:
    secret_id = uow.new_id()
    await uow.execute(
        "INSERT INTO signing_secret (org_id, secret_id, ciphertext, created_at) VALUES ($1, $2, $3, $4)",
        uow.org_id,
        secret_id,
        ciphertext,
        uow.now(),
    )
    return secret_id


async def retire(uow: UnitOfWork, expires_at: datetime) -> None:
    """Gives every secret an end no later than this, and removes what has ended."""
    await uow.execute(
        "UPDATE signing_secret SET expires_at = least(expires_at, $2) WHERE org_id = $1", uow.org_id, expires_at
    )
    await uow.execute("DELETE FROM signing_secret WHERE org_id = $1 AND expires_at <= $2", uow.org_id, uow.now())


async def select_active(uow: UnitOfWork) -> list[Any]:
    return await uow.read(_ACTIVE, [uow.org_id], uow.clock.now())


async def select_active_of(connection: Any, org_ids: Sequence[UUID], now: datetime) -> list[Any]:
    rows: list[Any] = await connection.fetch(_ACTIVE, org_ids, now)
    return rows

"""Passkeys and open challenges in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.console.passkeys.schemas import NewPasskey


async def keep_challenge(pool: Any, challenge: bytes, expires_at: datetime) -> None:
    await pool.execute("INSERT INTO console_challenge (challenge, expires_at) VALUES ($1, $2)", challenge, expires_at)


async def take_challenge(pool: Any, challenge: bytes, now: datetime) -> bool:
    """Once only."""
    taken = await pool.fetchval(
        "DELETE FROM console_challenge WHERE challenge = $1 AND expires_at > $2 RETURNING true", challenge, now
    )
    return bool(taken)


async def sweep_challenges(pool: Any, now: datetime) -> None:
    await pool.execute("DELETE FROM console_challenge WHERE expires_at <= $1", now)


async def credential_ids(uow: UnitOfWork, member_id: UUID) -> list[bytes]:
    rows = await uow.fetch(
        "SELECT credential_id FROM console_passkey WHERE org_id = $1 AND member_id = $2", uow.org_id, member_id
    )
    return [row["credential_id"] for row in rows]


async def insert(uow: UnitOfWork, passkey_id: UUID, member_id: UUID, new: NewPasskey, name: str) -> bool:
    """False when the authenticator's credential is known already, whosever it is."""
    inserted = await uow.fetchval(
        "INSERT INTO console_passkey "
        "(org_id, passkey_id, member_id, credential_id, public_key, sign_count, name, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING true",
        uow.org_id,
        passkey_id,
        member_id,
        new.credential_id,
        new.public_key,
        new.sign_count,
        name,
        uow.clock.now(),
    )
    return bool(inserted)


async def find(pool: Any, credential_id: bytes) -> Any:
    """The passkey with this id, whichever tenant's it is."""
    return await pool.fetchrow(
        "SELECT org_id, member_id, passkey_id, public_key, sign_count FROM console_passkey WHERE credential_id = $1",
        credential_id,
    )


async def note_use(uow: UnitOfWork, passkey_id: UUID, sign_count: int) -> bool:
    """False when the passkey is gone, or when its count did not rise although it counts: a copy of it is about."""
    noted = await uow.fetchval(
        "UPDATE console_passkey SET sign_count = $3, last_used_at = $4 WHERE org_id = $1 AND passkey_id = $2 "
        "AND (sign_count < $3 OR ($3 = 0 AND sign_count = 0)) RETURNING true",
        uow.org_id,
        passkey_id,
        sign_count,
        uow.clock.now(),
    )
    return bool(noted)


async def list_of(uow: UnitOfWork, member_id: UUID) -> list[Any]:
    return await uow.fetch(
        "SELECT passkey_id, name, created_at, last_used_at FROM console_passkey "
        "WHERE org_id = $1 AND member_id = $2 ORDER BY created_at, passkey_id",
        uow.org_id,
        member_id,
    )


async def lock_member(uow: UnitOfWork, member_id: UUID) -> None:
    """Lets removals take turns, so that no two of them take the last two."""
    await uow.execute(
        "SELECT FROM console_member WHERE org_id = $1 AND member_id = $2 FOR NO KEY UPDATE", uow.org_id, member_id
    )


async def delete(uow: UnitOfWork, member_id: UUID, passkey_id: UUID) -> None:
    await uow.execute(
        "DELETE FROM console_passkey WHERE org_id = $1 AND member_id = $2 AND passkey_id = $3",
        uow.org_id,
        member_id,
        passkey_id,
    )

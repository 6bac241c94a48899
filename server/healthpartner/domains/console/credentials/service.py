"""Setting a password with its second factor, and checking both."""

import asyncio
from typing import Any
from uuid import UUID

from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import ValidationFailed, invalid
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.console.credentials import rules, store
from healthpartner.domains.console.credentials.schemas import Account, Enrolment, GivenCredentials
from healthpartner.domains.tenants.audit import service as audit


def new_totp_secret() -> str:
    return rules.new_totp_secret()


def provisioning_uri(secret: str, email: str, org_name: str) -> str:
    return rules.provisioning_uri(secret, email, org_name)


async def enrol(uow: UnitOfWork, keyring: Keyring, member_id: UUID, email: str, given: Enrolment) -> list[str]:
    """Sets the password and the authenticator app; answers the recovery codes, which are shown this once."""
    if objections := rules.objections(given.password, email):
        raise ValidationFailed(details=objections)
    step = rules.matching_step(given.totp_secret, given.code, uow.clock.now())
    if step is None:
        raise invalid("code", "invalid_value", "This is not the code that the app shows now.")
    digest = await asyncio.to_thread(rules.hashed, given.password)
    sealed = keyring.encrypt(given.totp_secret.encode(), context=_context(uow.org_id, member_id))
    codes = rules.new_recovery_codes()
    await store.put(uow, member_id, digest, sealed, step)
    await store.replace_codes(uow, member_id, [rules.recovery_digest(code) for code in codes])
    await audit.record(uow, "console_password.set", "console_member", member_id)
    return codes


async def find(pool: Any, given: GivenCredentials) -> Account | None:
    """Whose email this is; None when nobody's, or when it is known in several organizations and none is named."""
    rows = await store.find(pool, given.email.strip().lower(), given.org_key or None)
    return Account(**rows[0]) if len(rows) == 1 else None


async def password_fits(account: Account | None, password: str) -> bool:
    """Takes as long for nobody as for somebody."""
    return await asyncio.to_thread(rules.verified, password, account.hash if account else None)


async def take_code(uow: UnitOfWork, keyring: Keyring, account: Account, code: str) -> bool:
    """Whether this is a code that was not used before; from now on it is."""
    context = _context(account.org_id, account.member_id)
    secret = keyring.decrypt(account.totp_ciphertext, context=context).decode()
    step = rules.matching_step(secret, code, uow.clock.now())
    if step is not None:
        return await store.take_step(uow, account.member_id, step)
    return await store.take_recovery_code(uow, account.member_id, rules.recovery_digest(code))


async def has_password(uow: UnitOfWork, member_id: UUID) -> bool:
    return await store.exists(uow, member_id)


async def recovery_codes_left(uow: UnitOfWork, member_id: UUID) -> int:
    return await store.count_codes(uow, member_id)


async def renew_recovery_codes(uow: UnitOfWork, member_id: UUID) -> list[str]:
    """New codes, shown this once; the old ones are void."""
    codes = rules.new_recovery_codes()
    await store.replace_codes(uow, member_id, [rules.recovery_digest(code) for code in codes])
    await audit.record(uow, "console_recovery_codes.renewed", "console_member", member_id)
    return codes


def _context(org_id: UUID, member_id: UUID) -> bytes:
    return b"console totp" + org_id.bytes + member_id.bytes

"""Registering passkeys, signing in with them, and removing them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from healthpartner.core.clock import Clock
from healthpartner.core.errors import NotFound
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.console.credentials import service as credentials
from healthpartner.domains.console.passkeys import rules, store
from healthpartner.domains.console.passkeys.errors import LastCredential, PasskeyRefused
from healthpartner.domains.console.passkeys.schemas import NewPasskey, Owner, Passkey, Presented, Response, Site
from healthpartner.domains.tenants.audit import service as audit

CHALLENGE_LIVES = timedelta(minutes=5)


async def registration_options(uow: UnitOfWork, pool: Any, site: Site, owner: Owner, member_id: UUID | None) -> str:
    """JSON for the browser; `member_id` is the owner's, once there is one."""
    challenge = await _challenge(pool, uow.clock)
    known = await store.credential_ids(uow, member_id) if member_id else []
    return rules.registration_options(site, owner, challenge, known)


async def authentication_options(pool: Any, clock: Clock, site: Site) -> str:
    return rules.authentication_options(site, await _challenge(pool, clock))


async def proven(pool: Any, clock: Clock, site: Site, response: Response) -> NewPasskey:
    """A passkey made just now for a challenge of ours, or `PasskeyRefused`. The challenge is spent either way."""
    challenge = await _spent(pool, clock, response)
    return rules.registered(site, response, challenge)


async def add(uow: UnitOfWork, member_id: UUID, new: NewPasskey, name: str) -> None:
    passkey_id = uow.new_id()
    if not await store.insert(uow, passkey_id, member_id, new, name):
        raise PasskeyRefused("This passkey is registered already.")
    await audit.record(uow, "console_passkey.added", "console_passkey", passkey_id)


async def identify(pool: Any, clock: Clock, site: Site, response: Response) -> Presented:
    """Whose passkey answers a challenge of ours, or `PasskeyRefused`. The challenge is spent either way."""
    challenge = await _spent(pool, clock, response)
    stored = await store.find(pool, rules.credential_id_of(response))
    if stored is None:
        raise PasskeyRefused
    count = rules.presented(site, response, challenge, stored)
    return Presented(stored["org_id"], stored["member_id"], stored["passkey_id"], count)


async def note_use(uow: UnitOfWork, presented: Presented) -> None:
    if not await store.note_use(uow, presented.passkey_id, presented.sign_count):
        raise PasskeyRefused


async def list_of(uow: UnitOfWork, member_id: UUID) -> list[Passkey]:
    return [Passkey(**row) for row in await store.list_of(uow, member_id)]


async def remove(uow: UnitOfWork, member_id: UUID, passkey_id: UUID) -> None:
    """One of a person's own; the last way in stays."""
    await store.lock_member(uow, member_id)
    known = [row["passkey_id"] for row in await store.list_of(uow, member_id)]
    if passkey_id not in known:
        raise NotFound("There is no such passkey.")
    if len(known) == 1 and not await credentials.has_password(uow, member_id):
        raise LastCredential
    await store.delete(uow, member_id, passkey_id)
    await audit.record(uow, "console_passkey.removed", "console_passkey", passkey_id)


async def sweep(pool: Any, clock: Clock) -> None:
    await store.sweep_challenges(pool, clock.now())


async def _challenge(pool: Any, clock: Clock) -> bytes:
    challenge = rules.new_challenge()
    await store.keep_challenge(pool, challenge, clock.now() + CHALLENGE_LIVES)
    return challenge


async def _spent(pool: Any, clock: Clock, response: Response) -> bytes:
    challenge = rules.challenge_of(response)
    if not await store.take_challenge(pool, challenge, clock.now()):
        raise PasskeyRefused
    return challenge

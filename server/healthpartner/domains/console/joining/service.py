"""Accepting an invite, with a passkey or with a password and an authenticator app."""

from uuid import UUID

from healthpartner.core.access import Actor
from healthpartner.core.encryption import Keyring
from healthpartner.core.errors import invalid
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.console.credentials import service as credentials
from healthpartner.domains.console.credentials.schemas import Enrolment
from healthpartner.domains.console.passkeys import service as passkeys
from healthpartner.domains.console.passkeys.schemas import NewPasskey
from healthpartner.domains.tenants.console_members import service as console_members
from healthpartner.domains.tenants.invites import service as invites
from healthpartner.domains.tenants.invites.schemas import OpenInvite

LONGEST_NAME = 200
FIRST_PASSKEY = "First passkey"


async def with_passkey(uow: UnitOfWork, invite: OpenInvite, name: str, passkey: NewPasskey) -> UUID:
    """The new console member's id."""
    member_id = await _joined(uow, invite, name)
    await passkeys.add(uow, member_id, passkey, FIRST_PASSKEY)
    return member_id


async def with_password(
    uow: UnitOfWork, keyring: Keyring, invite: OpenInvite, name: str, enrolment: Enrolment
) -> tuple[UUID, list[str]]:
    """The new console member's id, and the recovery codes to show once."""
    member_id = await _joined(uow, invite, name)
    return member_id, await credentials.enrol(uow, keyring, member_id, invite.email, enrolment)


async def _joined(uow: UnitOfWork, invite: OpenInvite, name: str) -> UUID:
    plain = " ".join(name.split())
    if not 0 < len(plain) <= LONGEST_NAME:
        raise invalid("name", "required", f"Your name, of at most {LONGEST_NAME} characters.")
    member_id = uow.new_id()
    uow.actor = Actor("console_member", str(member_id))
    await invites.accept(uow, invite)
    await console_members.add(uow, member_id, invite.email, plain, invite.scope)
    return member_id

"""Makes organizations and their first credentials. Secrets are returned once and kept only sealed or as digests."""

import re
from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from healthpartner.core.access import OPERATOR
from healthpartner.core.errors import ValidationFailed
from healthpartner.core.ids import uuid7
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.fusion import service as source_orders
from healthpartner.domains.tenants.console_members.schemas import ConsoleScope
from healthpartner.domains.tenants.invites import service as invites
from healthpartner.domains.tenants.invites.schemas import CreateInvite
from healthpartner.domains.tenants.keys import service as tenant_keys
from healthpartner.domains.tenants.organization import service as organization
from healthpartner.domains.tenants.signing import service as signing
from healthpartner.web.platform import Platform

SLUG = re.compile(r"[^a-z0-9]+")


class Credentials(Struct, frozen=True):
    org_id: UUID
    tenant_key: str
    signing_secret: str


def slug(name: str) -> str:
    return SLUG.sub("-", name.lower()).strip("-") or "org"


def operator_uow(platform: Platform, org_id: UUID) -> UnitOfWork:
    return UnitOfWork(platform.database.tenants, platform.clock, org_id, actor=OPERATOR)


def member_uow(platform: Platform, org_id: UUID, user_id: UUID) -> UnitOfWork:
    return UnitOfWork(platform.database.tenants, platform.clock, org_id, user_id=user_id, actor=OPERATOR)


async def create_org(platform: Platform, name: str, key: str | None = None) -> Credentials:
    """A new organization with its first tenant key and signing secret; `Conflict` when the key is taken."""
    org_id = uuid7(platform.clock.now())
    async with operator_uow(platform, org_id) as uow:
        await organization.create(uow, name, key or slug(name))
        tenant_key = await tenant_keys.create(uow, "first", platform.settings.deployment.key_prefix)
        secret = await signing.create_first(uow, platform.keyring)
        await uow.commit()
    return Credentials(org_id, tenant_key.secret, secret)


async def create_tenant_key(platform: Platform, org_id: UUID, name: str) -> str:
    """One more tenant key, for an operator who lost the others."""
    async with operator_uow(platform, org_id) as uow:
        key = await tenant_keys.create(uow, name, platform.settings.deployment.key_prefix)
        await uow.commit()
    return key.secret


async def create_invite(platform: Platform, org_id: UUID, email: str, scope: ConsoleScope, base_url: str) -> str:
    """The link that lets somebody into the organization's console; an earlier link for the same email is void."""
    try:
        new = msgspec.convert({"email": email, "scope": scope}, CreateInvite)
    except msgspec.ValidationError:
        raise ValidationFailed("This is not an email address.") from None
    async with operator_uow(platform, org_id) as uow:
        await organization.read(uow)
        await invites.revoke_pending(uow, email)
        invite = await invites.create(uow, new, base_url)
        await uow.commit()
    return invite.invite_url


async def prefer(platform: Platform, org_id: UUID, metric: str | None, names: Sequence[str]) -> None:
    """An organization's own order of sources, for one metric or for all."""
    async with operator_uow(platform, org_id) as uow:
        await organization.read(uow)
        await source_orders.prefer(uow, metric, names)
        await uow.commit()

"""Inviting people to the console, and taking invites back."""

from typing import Any
from uuid import UUID

from healthpartner.core.clock import Clock, TenantClocks
from healthpartner.core.errors import Conflict, NotFound
from healthpartner.core.pagination import PageRequest, Pagination, page_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.console_members import service as console_members
from healthpartner.domains.tenants.invites import rules, store
from healthpartner.domains.tenants.invites.errors import (
    InviteAlreadyAccepted,
    InviteAlreadyRevoked,
    InviteNotOpen,
    InvitePending,
)
from healthpartner.domains.tenants.invites.schemas import CreateInvite, Invite, InviteCreated, InviteStatus, OpenInvite


async def create(uow: UnitOfWork, new: CreateInvite, base_url: str) -> InviteCreated:
    """An invite with the address that accepts it, below `base_url`."""
    email = rules.normal_email(new.email)
    await store.lock_invites(uow)
    if await store.is_pending(uow, email):
        raise InvitePending
    if await console_members.has_email(uow, email):
        raise Conflict("This email belongs to a console member already.")
    token = rules.new_token()
    row = await store.insert(uow, email, new.scope, token, uow.now() + rules.LIVES)
    await audit.record(uow, "invite.created", "invite", row["id"])
    return InviteCreated(**row, invite_url=rules.invite_url(base_url, token.text))


async def revoke(uow: UnitOfWork, invite_id: UUID) -> None:
    """An expired invite can be revoked too; that changes how it is listed and nothing else."""
    row = await store.lock(uow, invite_id)
    if row is None:
        raise NotFound
    if row["accepted_at"] is not None:
        raise InviteAlreadyAccepted
    if row["revoked_at"] is not None:
        raise InviteAlreadyRevoked
    await store.revoke(uow, invite_id)
    await audit.record(uow, "invite.revoked", "invite", invite_id)


async def revoke_pending(uow: UnitOfWork, email: str) -> None:
    """Takes back what is pending for this email, if anything is."""
    await store.lock_invites(uow)
    for invite_id in await store.pending_ids(uow, rules.normal_email(email)):
        await revoke(uow, invite_id)


async def find_open(pool: Any, clock: Clock, token: str) -> OpenInvite:
    """The invite behind a link, whichever organization's it is; `InviteNotOpen` whatever the reason."""
    prefix = rules.prefix_of(token)
    row = await store.find_open(pool, prefix, clock.now()) if prefix else None
    if row is None or not rules.matches(token, row["token_digest"]):
        raise InviteNotOpen
    if row["ahead"] is not None and isinstance(clock, TenantClocks):
        clock.put(row["org_id"], row["ahead"])
    return OpenInvite(row["org_id"], row["invite_id"], row["email"], row["scope"], row["org_name"])


async def accept(uow: UnitOfWork, invite: OpenInvite) -> None:
    """Once: of several at a time, one."""
    row = await store.lock(uow, invite.invite_id)
    if row is None or row["status"] != "pending":
        raise InviteNotOpen
    await store.accept(uow, invite.invite_id)
    await audit.record(uow, "invite.accepted", "invite", invite.invite_id)


async def list_invites(
    uow: UnitOfWork, page: PageRequest, status: InviteStatus | None
) -> tuple[list[Invite], Pagination]:
    rows, total = await store.list_page(uow, page, status)
    shown, pagination = page_of(rows, page, total, lambda row: (row["created_at"], row["id"]))
    return [Invite(**row) for row in shown], pagination

"""Registering members, and reading and changing their profile."""

from typing import Any
from uuid import UUID

import msgspec

from healthpartner.core.errors import Conflict, Unauthorized, ValidationFailed, invalid
from healthpartner.core.pagination import PageRequest, Pagination, page_of
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.users import rules, store
from healthpartner.domains.users.schemas import CreateUser, ListedMember, Profile, UpdateProfile, User


async def register(uow: UnitOfWork, new: CreateUser) -> UUID:
    """The member's id. The same `external_id` again answers the same member; a taken `user_id` is a conflict."""
    if new.user_id is None and new.external_id is None:
        raise invalid("user_id", "required", "send user_id, external_id or both")
    profile = {"name": rules.full_name(new.first_name, new.last_name), "email": new.email}
    user_id = new.user_id or uow.new_id()
    if await store.insert(uow, user_id, new.external_id, {k: v for k, v in profile.items() if v is not None}):
        await audit.record(uow, "member.created", "member", str(user_id), user_id=user_id)
        return user_id
    known = await store.id_of(uow, new.external_id) if new.external_id else None
    if known is None or new.user_id not in {None, known}:
        raise Conflict("A member with this id or external_id already exists.")
    if new.user_id is not None:
        raise Conflict("A member with this user_id already exists.")
    return known


async def list_members(uow: UnitOfWork, page: PageRequest, search: str | None) -> tuple[list[ListedMember], Pagination]:
    """Newest first; `search` is a whole `user_id` or the beginning of an `external_id`."""
    rows, total = await store.list_page(uow, page, search)
    shown, pagination = page_of(rows, page, total, lambda row: (row["created_at"], row["user_id"]))
    return [ListedMember(**row) for row in shown], pagination


async def find(uow: UnitOfWork, user_id: UUID) -> ListedMember | None:
    row = await store.find(uow, user_id)
    return None if row is None else ListedMember(**row)


async def exists(uow: UnitOfWork, user_id: UUID) -> bool:
    return await store.exists(uow, user_id)


async def read(uow: UnitOfWork) -> User:
    row = await store.read(uow)
    if row is None:
        raise Unauthorized
    return User(row["user_id"], profile_from(row["profile"]))


def profile_from(stored: dict[str, Any]) -> Profile:
    return msgspec.convert(stored, Profile)


async def update(uow: UnitOfWork, changes: UpdateProfile) -> None:
    if found := rules.objections(changes.timezone, changes.birthday, uow.now().date()):
        raise ValidationFailed(details=found)
    await store.merge_profile(uow, msgspec.to_builtins(changes))
    await audit.record(uow, "member.updated", "member", str(uow.member_id), user_id=uow.member_id)


async def delete(uow: UnitOfWork) -> None:
    """Removes the member, and with the member's row every row that references it."""
    await store.delete(uow)

"""Making organizations, reading and renaming one's own."""

from msgspec import UNSET

from healthpartner.core.errors import Conflict, Detail, ImmutableField, NotFound
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.tenants.organization import store
from healthpartner.domains.tenants.organization.schemas import Organization, UpdateOrganization


async def create(uow: UnitOfWork, name: str, key: str) -> None:
    """The unit of work's own organization; `Conflict` when the key is taken."""
    if not await store.insert(uow, name, key):
        raise Conflict("An organization with this key already exists.")
    await audit.record(uow, "org.created", "org", uow.org_id)


async def read(uow: UnitOfWork) -> Organization:
    row = await store.read(uow)
    if row is None:
        raise NotFound
    return Organization(**row)


async def update(uow: UnitOfWork, changes: UpdateOrganization) -> Organization:
    sent = {"id": changes.id, "key": changes.key}
    fixed = [
        Detail(field, "immutable_field", "this field cannot change")
        for field, value in sent.items()
        if value is not UNSET
    ]
    if fixed:
        raise ImmutableField(details=tuple(fixed))
    if isinstance(changes.name, str):
        await store.rename(uow, changes.name)
        await audit.record(uow, "org.updated", "org", uow.org_id)
    return await read(uow)

"""Erasing a member. Every member-scoped table follows the member's row; what does not reference it goes by name here.

Files are outside the transaction, so a ticket that commits with it makes a worker remove them, whatever crashes.
"""

from healthpartner.core.errors import Conflict
from healthpartner.core.jobs.queue import enqueue
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.privacy import store
from healthpartner.domains.privacy.events import MemberDeleted
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.domains.users import service as users
from healthpartner.events import outbox

ERASE_FILES = "erase_files"


async def erase_member(uow: UnitOfWork) -> None:
    """Removes all that is held about the unit of work's member, and records that it was done, and nothing else."""
    user_id = uow.member_id
    if not await store.begin_erasure(uow):
        raise Conflict("The member is being erased already.")
    await users.delete(uow)
    await outbox.erase_member(uow, user_id)
    await audit.forget_member(uow, user_id)
    await audit.record_erasure(uow)
    await outbox.record(uow, MemberDeleted(user_id), user_id)
    await enqueue(uow, ERASE_FILES, user_id)

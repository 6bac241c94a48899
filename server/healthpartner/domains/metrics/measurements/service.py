"""Reading and removing one entry."""

from typing import Any
from uuid import UUID

from healthpartner.core.errors import Forbidden, NotFound
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.events import DailyDataUpdated
from healthpartner.domains.metrics.items import service as noted
from healthpartner.domains.metrics.items.entries import Found, Kind
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.tenants.audit import service as audit
from healthpartner.events import outbox


async def read(uow: UnitOfWork, kind: Kind, wanted: str) -> Any:
    """`wanted` is our id or a `client_id`. Raises NotFound."""
    return (await _find(uow, kind, wanted)).row


async def remove(uow: UnitOfWork, kind: Kind, wanted: str) -> None:
    """Takes an entry back, and with it every id of the partner's own that told of it, which is free again: what it
    stood for is stored when it comes once more, however it came before.

    Raises NotFound, and Forbidden for what another provider has told.
    """
    partner, _ = await samples.claim(uow, None, [])
    found = await _find(uow, kind, wanted)
    if found.provider != partner:
        raise Forbidden("Only what you have sent yourself can be deleted.")
    await noted.forget(uow, await kind.remove(uow, found.entry_id))
    gone = DailyDataUpdated(found.metrics, found.days, partner, 0, samples_removed=len(found.metrics))
    await outbox.record(uow, gone, uow.member_id)
    await audit.record(uow, "measurement.deleted", "measurement", found.entry_id, user_id=uow.member_id)


async def _find(uow: UnitOfWork, kind: Kind, wanted: str) -> Found:
    found = None
    ours = _uuid(wanted)
    if ours is not None:
        found = await kind.read(uow, ours)
    if found is None:
        theirs = await (kind.known(uow, wanted) if kind.known else noted.known(uow, kind.metric, wanted))
        found = None if theirs is None else await kind.read(uow, theirs)
    if found is None:
        raise NotFound("There is no such measurement.")
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

"""Who did what to a member's data: for export. Erasure takes the member out of the entries, which stay."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    rows = await uow.fetch(
        "SELECT occurred_at, actor_type, action, subject_type, subject_id FROM audit_entry "
        "WHERE org_id = $1 AND user_id = $2 ORDER BY occurred_at, entry_id",
        uow.org_id,
        uow.member_id,
    )
    yield "audit_log", map(dict, rows)

"""What the partner was told about a member: for export. Erasure is the outbox's own."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec

from healthpartner.core.unit_of_work import UnitOfWork

_PAGE = 1000


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    after = -1
    while True:
        rows = await uow.fetch(
            "SELECT position, stream, body FROM event WHERE org_id = $1 AND user_id = $2 AND position > $3 "
            "ORDER BY position LIMIT $4",
            uow.org_id,
            uow.member_id,
            after,
            _PAGE,
        )
        yield "events", [{"stream": row["stream"], **msgspec.json.decode(row["body"])} for row in rows]
        if len(rows) < _PAGE:
            return
        after = rows[-1]["position"]

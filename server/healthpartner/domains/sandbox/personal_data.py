"""That a member is synthetic: for export. Erasure removes it with the member's row."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    rows = await uow.fetch(
        "SELECT persona, seed, lived_until FROM synthetic_member WHERE org_id = $1 AND user_id = $2",
        uow.org_id,
        uow.member_id,
    )
    yield "synthetic", map(dict, rows)

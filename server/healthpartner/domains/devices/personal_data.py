"""What is held about a member's devices: for export. Erasure removes it with the member's row."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    rows = await uow.fetch(
        "SELECT provider_slug, status, device_name, health_data_user_id, connected_at, last_sync_at "
        "FROM device_connection WHERE org_id = $1 AND user_id = $2 ORDER BY connected_at",
        uow.org_id,
        uow.member_id,
    )
    yield "devices", map(dict, rows)

"""What is held about a member's consent and earlier exports: for export. Erasure removes it with the member's row."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    consent = await uow.fetchrow(
        "SELECT conversation_recording_opt_in FROM member WHERE org_id = $1 AND user_id = $2", uow.org_id, uow.member_id
    )
    yield "privacy_settings", [dict(consent)]
    rows = await uow.fetch(
        "SELECT export_id, size_bytes, created_at, expires_at FROM data_export "
        "WHERE org_id = $1 AND user_id = $2 ORDER BY created_at",
        uow.org_id,
        uow.member_id,
    )
    yield "data_exports", map(dict, rows)

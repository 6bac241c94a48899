"""What is held about a member's jobs: for export. Erasure removes it with the member's row."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    """Without results, which hold addresses of files and otherwise repeat what other parts hold."""
    rows = await uow.fetch(
        "SELECT job_id, kind, status, progress, created_at, updated_at FROM job "
        "WHERE org_id = $1 AND user_id = $2 ORDER BY created_at",
        uow.org_id,
        uow.member_id,
    )
    yield "jobs", map(dict, rows)

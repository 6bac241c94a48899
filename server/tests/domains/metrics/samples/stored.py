"""What lies in the database of a member's samples."""

from typing import Any
from uuid import UUID

from tests.support.database import Tenant


async def chunk_rows(tenant: Tenant, member: UUID) -> list[tuple[Any, ...]]:
    """Every column of every chunk, but for the number of its source."""
    async with tenant.uow(member) as uow:
        found = await uow.fetch(
            "SELECT metric, day, provider, n, minimum, maximum, total, first_at, last_at, samples, end_at, offset_low, "
            "offset_high, span_minutes FROM sample_chunk JOIN sample_source USING (org_id, user_id, source_id) "
            "WHERE user_id = $1 ORDER BY metric, day, provider",
            member,
        )
    return [tuple(row) for row in found]

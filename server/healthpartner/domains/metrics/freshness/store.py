"""Sources and headers of chunks in the database."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from healthpartner.core.unit_of_work import UnitOfWork


async def select_sources(uow: UnitOfWork, user_ids: Sequence[UUID]) -> list[Any]:
    return await uow.fetch(
        "SELECT user_id, provider, device, last_data_at FROM sample_source "
        "WHERE org_id = $1 AND user_id = ANY ($2::uuid[]) ORDER BY last_data_at DESC",
        uow.org_id,
        user_ids,
    )


async def select_latest(uow: UnitOfWork, user_id: UUID, since: date) -> list[Any]:
    """Of days that are younger than what is packed."""
    return await uow.fetch(
        "SELECT DISTINCT ON (metric) metric, day, n, minimum, maximum, total, provider "
        "FROM sample_chunk JOIN sample_source USING (org_id, user_id, source_id) "
        "WHERE org_id = $1 AND user_id = $2 AND day >= $3 ORDER BY metric, day DESC, n DESC",
        uow.org_id,
        user_id,
        since,
    )

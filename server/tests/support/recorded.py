"""What the outbox holds of a tenant."""

import json
from typing import Any

from tests.support.database import Tenant


async def recorded(tenant: Tenant, event_type: str) -> list[dict[str, Any]]:
    """Bodies of events in the order of their recording."""
    async with tenant.uow() as uow:
        rows = await uow.fetch("SELECT body FROM event WHERE type = $1 ORDER BY position", event_type)
    return [json.loads(row["body"]) for row in rows]

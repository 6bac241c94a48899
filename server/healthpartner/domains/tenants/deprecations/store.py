"""Which organisations have not been told yet; the audit log remembers who has."""

from typing import Any
from uuid import UUID

NOT_TOLD = """
SELECT org_id FROM org
WHERE NOT EXISTS (
    SELECT FROM audit_entry WHERE audit_entry.org_id = org.org_id AND action = $1 AND subject_id = $2)
ORDER BY org_id
"""


async def organisations_not_told(system: Any, action: str, deprecation_id: str) -> list[UUID]:
    """Across all tenants, so on the system's own connection."""
    return [row["org_id"] for row in await system.fetch(NOT_TOLD, action, deprecation_id)]

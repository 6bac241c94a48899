"""Tenants' orders of sources in the database. Samples are read together with the order that holds for them."""

from collections.abc import Sequence

from healthpartner.core.unit_of_work import UnitOfWork

EVERY_METRIC = 0

_PREFER = """
INSERT INTO source_order (org_id, metric, preferred) VALUES ($1, $2, $3)
ON CONFLICT (org_id, metric) DO UPDATE SET preferred = excluded.preferred
"""


async def prefer(uow: UnitOfWork, metric: int, names: Sequence[str]) -> None:
    """What that makes stale is marked by the table's trigger, once those who count by the order before are done."""
    await uow.execute("SELECT FROM org WHERE org_id = $1 FOR UPDATE", uow.org_id)
    if names:
        await uow.execute(_PREFER, uow.org_id, metric, names)
    else:
        await uow.execute("DELETE FROM source_order WHERE org_id = $1 AND metric = $2", uow.org_id, metric)

"""Reading how fresh data is."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.freshness import store
from healthpartner.domains.metrics.freshness.schemas import LatestDay, SourceFreshness


async def sources_of(uow: UnitOfWork, user_ids: Sequence[UUID]) -> dict[UUID, list[SourceFreshness]]:
    """The sources of several members, those first that sent last."""
    found: dict[UUID, list[SourceFreshness]] = {}
    for row in await store.select_sources(uow, user_ids):
        source = SourceFreshness(row["user_id"], row["provider"], row["device"] or None, row["last_data_at"])
        found.setdefault(source.user_id, []).append(source)
    return found


async def latest_of(uow: UnitOfWork, user_id: UUID, days: int) -> list[LatestDay]:
    """The newest day of each metric that a member has in the last `days`."""
    since = uow.now().date() - timedelta(days=days)
    return [
        LatestDay(
            METRICS_BY_CODE[row["metric"]],
            row["day"],
            row["provider"],
            row["n"],
            row["minimum"],
            row["maximum"],
            row["total"] / row["n"],
        )
        for row in await store.select_latest(uow, user_id, since)
        if row["metric"] in METRICS_BY_CODE and row["n"]
    ]

"""What is held about a member's sleep: for export. Erasure removes it with the member's row."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.sleep import intervals


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    """Every session as its source told it."""
    rows = await uow.fetch(
        "SELECT sample_id, provider, device, start_at, end_at, offset_minutes, day, is_nap, figures, stages "
        "FROM sleep_session JOIN sample_source USING (org_id, user_id, source_id) "
        "WHERE org_id = $1 AND user_id = $2 ORDER BY start_at, sample_id",
        uow.org_id,
        uow.member_id,
    )
    yield "sleep", map(_told, rows)


def _told(row: Any) -> dict[str, Any]:
    stages = intervals.decode(row["stages"], samples.epoch_ms(row["start_at"]))
    told = [
        {
            "stage": each.stage.name,
            "start": samples.instant_of(each.start_ms),
            "end": samples.instant_of(each.end_ms),
        }
        for each in stages
    ]
    return {**row, "stages": told}

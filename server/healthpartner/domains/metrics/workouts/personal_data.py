"""What is held about a member's workouts: for export. Erasure removes it with the member's row."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.workouts import tracks

_PAGE = 200


async def export(uow: UnitOfWork) -> AsyncIterator[tuple[str, Iterable[dict[str, Any]]]]:
    """Every workout as its source told it, with the way it took; a few at a time, since ways are long."""
    skipped = 0
    while True:
        rows = await uow.fetch(
            "SELECT sample_id, provider, device, start_at, end_at, offset_minutes, sport, provider_sport, title, "
            "figures, segments, route FROM workout JOIN sample_source USING (org_id, user_id, source_id) "
            "WHERE org_id = $1 AND user_id = $2 ORDER BY start_at, sample_id LIMIT $3 OFFSET $4",
            uow.org_id,
            uow.member_id,
            _PAGE,
            skipped,
        )
        yield "workouts", map(_told, rows)
        if len(rows) < _PAGE:
            return
        skipped += _PAGE


def _told(row: Any) -> dict[str, Any]:
    return {**row, "route": None if row["route"] is None else _points(row["route"])}


def _points(data: bytes) -> list[dict[str, Any]]:
    route = tracks.decode(data)
    columns = (route.start_ms, route.latitude, route.longitude, route.altitude_m)
    return [
        {"at": samples.instant_of(int(at)), "latitude": float(lat), "longitude": float(lon), "altitude_m": float(up)}
        for at, lat, lon, up in zip(*columns, strict=True)
    ]

"""What one source says about one day, by its id."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET

from healthpartner.canonical.entries import ACTIVITY_SUMMARY
from healthpartner.canonical.instants import date_of
from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.canonical.sample_ids import parse_sample_id
from healthpartner.canonical.samples import DAY_MS
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import store
from healthpartner.domains.metrics.activity.days import grouped
from healthpartner.domains.metrics.activity.figures import FIELDS
from healthpartner.domains.metrics.activity.schemas import METRIC, ActivityRow
from healthpartner.domains.metrics.items.entries import Found, Kind


async def read(uow: UnitOfWork, entry_id: UUID) -> Found | None:
    code, source_id, at_ms = parse_sample_id(entry_id) or (0, 0, 0)
    if code != ACTIVITY_SUMMARY or at_ms % DAY_MS:
        return None
    day = date_of(at_ms // DAY_MS)
    totals: dict[int, Any] = {row["metric"]: row for row in await store.of_day(uow, day, source_id)}
    if not totals:
        return None
    told = ((field.name, totals[field.metric.code][field.part]) for field in FIELDS if field.metric.code in totals)
    provider, *_ = (row["provider"] for row in totals.values())
    offset = next((row["offset_minutes"] for row in totals.values() if row["offset_minutes"] is not None), UNSET)
    row = ActivityRow(
        sample_id=entry_id,
        provider=provider,
        date=day,
        timezone_offset_minutes=offset,
        **grouped({name: number for name, number in told if number is not None}),
    )
    return Found(entry_id, provider, row, sorted(METRICS_BY_CODE[each].slug for each in totals), [day])


async def remove(uow: UnitOfWork, entry_id: UUID) -> Sequence[UUID]:
    _, source_id, at_ms = parse_sample_id(entry_id) or (0, 0, 0)
    await store.remove(uow, date_of(at_ms // DAY_MS), source_id)
    return [entry_id]


ENTRY = Kind(METRIC, ActivityRow, read, remove)

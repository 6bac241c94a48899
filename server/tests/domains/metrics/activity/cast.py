"""Sources of a day, and what is sent and read of it."""

from datetime import date
from typing import Any

from healthpartner.canonical.daily_totals import DailyTotal
from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import SampleSource
from healthpartner.domains.metrics.activity import service
from healthpartner.domains.metrics.samples import service as samples
from tests.domains.metrics.fusion.strategies import batch_of
from tests.support.api import Member, Partner

PATH = "/metrics/activity/summary"
TODAY = "2026-03-14"
WATCH, PHONE = SampleSource("garmin", "Fenix"), SampleSource("apple_health_kit", "iPhone")
RING = SampleSource("oura", "Ring")
MIDNIGHT = 20_526 * 86_400_000  # 2026-03-14
MINUTE = 60_000


def item(client_id: str, date: str = TODAY, **figures: Any) -> dict[str, Any]:
    return {"client_id": client_id, "date": date, **figures}


async def send(member: Member, *items: Any, **body: Any) -> list[dict[str, Any]]:
    return await member.ingest(PATH, *items, **body)


async def read(member: Member, **query: Any) -> list[dict[str, Any]]:
    return await member.rows(PATH, **query)


async def put(
    acme: Partner,
    member: Member,
    source: SampleSource,
    *taken: tuple[int, int, float],
    slug: str = "steps",
    offset: int = 0,
) -> None:
    """Samples as (minute of the day, minutes, value)."""
    batch = batch_of(
        [(MIDNIGHT + start * MINUTE, length * MINUTE, value, offset) for start, length, value in taken], slug
    )
    async with acme.tenant.uow(member.user_id) as uow:
        await samples.store(uow, source, batch)
        await uow.commit()


async def put_totals(acme: Partner, member: Member, source: SampleSource, slug: str, value: float) -> None:
    async with acme.tenant.uow(member.user_id) as uow:
        await service.put(uow, source, [DailyTotal(METRICS[slug].code, date(2026, 3, 14), value)])
        await uow.commit()

"""How much the API is called, by whom and for what."""

from healthpartner.core.pagination import PageRequest
from healthpartner.domains.console.permissions.schemas import Action
from healthpartner.domains.tenants.keys import service as tenant_keys
from healthpartner.domains.tenants.usage import service as usage
from healthpartner.domains.tenants.usage.schemas import DayUsage
from healthpartner.web.console import charts
from healthpartner.web.console.answers import Answer, Page
from healthpartner.web.console.door import page
from healthpartner.web.console.visit import Visit

SPANS = {"7": 7, "30": 30, "90": 90}
MOST_NAMES = 200


def usage_chart(days: list[DayUsage]) -> charts.Chart:
    return charts.columns(
        [
            charts.Column(
                f"{day.day:%-d %b}",
                f"{day.day:%-d %b}: {day.requests} requests, {day.refused} refused, {day.failed} failed",
                (("", day.requests - day.refused - day.failed), ("warn", day.refused), ("bad", day.failed)),
            )
            for day in days
        ]
    )


@page("/usage", Action.SEE_USAGE)
async def usage_page(visit: Visit) -> Answer:
    days = SPANS.get(visit.query("days") or "30", 30)
    found = await usage.read(visit.uow, days)
    keys, _ = await tenant_keys.list_keys(visit.uow, None, PageRequest(MOST_NAMES), include_revoked=True)
    shown = {
        "usage": found,
        "chart": usage_chart(found.days),
        "total": sum(day.requests for day in found.days),
        "refused": sum(day.refused for day in found.days),
        "failed": sum(day.failed for day in found.days),
        "names": {key.id: key.name for key in keys},
        "days": days,
        "spans": SPANS,
    }
    return Page("usage.html", shown)

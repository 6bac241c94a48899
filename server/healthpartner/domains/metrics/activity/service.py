"""Daily activity: what the operations do, and what other sources of whole days go through."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from healthpartner.canonical.metrics import METRICS_BY_CODE
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.activity import store
from healthpartner.domains.metrics.activity.ingest import ingest, put
from healthpartner.domains.metrics.activity.reading import read

__all__ = ["every_total", "ingest", "put", "read"]

_ROWS_A_PAGE = 500


async def every_total(uow: UnitOfWork) -> AsyncIterator[list[dict[str, Any]]]:
    """What sources say about whole days of the member, by metric and day, a few at a time."""
    after = (-1, date.min, -1)
    while True:
        page = await store.of_member(uow, after, _ROWS_A_PAGE)
        if page:
            yield [_told(row) for row in page]
        if len(page) < _ROWS_A_PAGE:
            return
        after = (page[-1]["metric"], page[-1]["day"], page[-1]["source_id"])


def _told(row: Any) -> dict[str, Any]:
    metric = METRICS_BY_CODE[row["metric"]]
    figures = {name: row[name] for name in ("value", "minimum", "maximum", "offset_minutes") if row[name] is not None}
    source = {"provider": row["provider"], "device": row["device"] or None}
    return {"date": row["day"], "metric": metric.slug, **figures, "unit": metric.unit, **source}

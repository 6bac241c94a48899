"""A tenant's own order of sources."""

from collections.abc import Sequence

from healthpartner.canonical.entries import SLEEP_SUMMARY, WORKOUTS_SUMMARY
from healthpartner.canonical.metrics import METRICS
from healthpartner.core.errors import NotFound, invalid
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.fusion import store
from healthpartner.domains.tenants.audit import service as audit

MOST_NAMES = 50
_LONGEST_NAME = 200
_CODES = {slug: metric.code for slug, metric in METRICS.items()} | {
    "sleep": SLEEP_SUMMARY,
    "workouts": WORKOUTS_SUMMARY,
}


async def prefer(uow: UnitOfWork, slug: str | None, names: Sequence[str]) -> None:
    """Sources named come first, in this order, for one metric or for all; none at all means the platform's own order.

    A name is a provider's slug, `partner` or a kind of device. Days that it changes are counted anew.
    """
    code = store.EVERY_METRIC if slug is None else _CODES.get(slug)
    if code is None:
        raise NotFound("There is no such metric.")
    if len(names) > MOST_NAMES or any(not name or len(name) > _LONGEST_NAME for name in names):
        raise invalid("names", "out_of_range", f"at most {MOST_NAMES} names of at most {_LONGEST_NAME} characters")
    await store.prefer(uow, code, list(dict.fromkeys(names)))
    await audit.record(uow, "source_order.changed", "metric", slug)

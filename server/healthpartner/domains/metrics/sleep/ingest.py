"""Sleep that partners send."""

from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.decoding import ItemDecoder
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.sessions import calls
from healthpartner.domains.metrics.sessions.calls import Kind
from healthpartner.domains.metrics.sessions.schemas import MOST_ITEMS
from healthpartner.domains.metrics.sleep import rules, service
from healthpartner.domains.metrics.sleep.schemas import IngestSleep, SleepItem

_SLEEP = Kind("sleep", "sleep/summary", ItemDecoder(SleepItem, MOST_ITEMS), rules.examine, service.add)


async def ingest(uow: UnitOfWork, call: IngestSleep) -> list[ItemResult]:
    return await calls.ingest(uow, _SLEEP, call)

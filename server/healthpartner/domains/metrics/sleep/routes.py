"""HTTP operations on sleep."""

from healthpartner.core.http.endpoint import endpoint
from healthpartner.core.http.envelopes import Data, Page
from healthpartner.core.http.parameters import EndDate, Explain, Provider, StartDate
from healthpartner.core.pagination import PageRequest
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.items.day_window import DayWindow
from healthpartner.domains.metrics.items.schemas import ItemResult
from healthpartner.domains.metrics.sleep import ingest, reading
from healthpartner.domains.metrics.sleep.reading import SleepQuery
from healthpartner.domains.metrics.sleep.schemas import IngestSleep, SleepRow, SleepStream

GROUP = "Metrics and insights"
SUMMARY = "/v1/users/{user_id:uuid}/metrics/sleep/summary"
STREAM = "/v1/users/{user_id:uuid}/metrics/sleep/stream"


@endpoint(f"GET {SUMMARY}", "list_sleep_summary", group=GROUP, auth="member", summary="Nightly sleep summaries")
async def list_sleep_summary(
    uow: UnitOfWork,
    page: PageRequest,
    *,
    start_date: StartDate = None,
    end_date: EndDate = None,
    provider: Provider = None,
    explain: Explain = False,
) -> Page[SleepRow]:
    """Nights, on the local day of waking, and naps, newest first. Sessions of all sources that belong together are one row, in which every moment counts once; with `provider` each session of that provider is a row, as it was told."""
    wanted = SleepQuery(DayWindow(start_date, end_date), provider, explain, page)
    return Page(*await reading.summaries(uow, wanted))


@endpoint(f"GET {STREAM}", "list_sleep_stream", group=GROUP, auth="member", summary="Stage segments per night")
async def list_sleep_stream(
    uow: UnitOfWork,
    page: PageRequest,
    *,
    start_date: StartDate = None,
    end_date: EndDate = None,
    provider: Provider = None,
) -> Page[SleepStream]:
    """The stages of the nights and naps that the summaries are made of, in the same order."""
    wanted = SleepQuery(DayWindow(start_date, end_date), provider, explain=False, page=page)
    return Page(*await reading.streams(uow, wanted))


@endpoint(
    f"POST {SUMMARY}",
    "ingest_sleep_summary",
    group=GROUP,
    auth="member",
    summary="Ingest up to 500 nights (optional stage_intervals)",
)
async def ingest_sleep_summary(data: IngestSleep, uow: UnitOfWork) -> Data[list[ItemResult]]:
    """One result for each item, in order; what is wrong with one does not touch the others."""
    return Data(await ingest.ingest(uow, data))


ROUTES = [list_sleep_summary, list_sleep_stream, ingest_sleep_summary]

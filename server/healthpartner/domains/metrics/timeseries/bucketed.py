"""Samples summed, averaged or picked by spans of time or by local days, a page at a time."""

from collections.abc import Iterable
from datetime import date
from itertools import repeat
from typing import Any
from uuid import UUID

import numpy as np
from msgspec import UNSET

from healthpartner.canonical.instants import date_of, day_of, instants_of
from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import DAY_MS
from healthpartner.core.pagination import PageRequest, Pagination, encode_cursor
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.rollups.rules import members_of
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import WIDTHS
from healthpartner.domains.metrics.samples.surroundings import around
from healthpartner.domains.metrics.timeseries import days
from healthpartner.domains.metrics.timeseries.rows import DECIMALS
from healthpartner.domains.metrics.timeseries.schemas import TimeseriesRow
from healthpartner.domains.metrics.timeseries.spans import Spans, WindowMs, spans_of
from healthpartner.domains.metrics.timeseries.window import Query

# What decides on the sums of a day lies within it, whatever the clock says.
_MARGIN_MS = 2 * DAY_MS
# Samples lie between these, and so do windows with all that decides on them.
_FIRST_MS, _END_MS = (day_of(date(year, 1, 1)) * DAY_MS for year in (1899, 9999))
_NO_ID = UUID(int=0)


async def read(uow: UnitOfWork, metric: Metric, wanted: Query) -> tuple[list[TimeseriesRow], Pagination]:
    """Spans that hold samples, ascending, or all local days that the window touches and of which anything is known."""
    instants = (samples.epoch_ms(wanted.start), samples.epoch_ms(wanted.end))
    window_ms = (max(instants[0], _FIRST_MS), min(instants[1], _END_MS))
    by_day = wanted.granularity == "one_day"
    if by_day:
        spans = await days.read(uow, metric, window_ms, wanted.provider)
    else:
        spans = await _narrow(uow, metric, window_ms, WIDTHS[wanted.granularity], wanted.provider)
    if spans is None:
        return [], Pagination(wanted.page.limit, wanted.page.offset, 0)
    return _page(metric, spans, wanted.page, daily=by_day)


async def _narrow(
    uow: UnitOfWork, metric: Metric, window_ms: WindowMs, width_ms: int, provider: str | None
) -> Spans | None:
    margin = _MARGIN_MS if metric.aggregation == "sum" else 0
    span = (window_ms[0] - margin, window_ms[1] + margin)
    found = await around(uow, members_of(metric), metric, span, provider)
    return await spans_of(found, metric, window_ms, width_ms)


def _page(metric: Metric, spans: Spans, page: PageRequest, *, daily: bool) -> tuple[list[TimeseriesRow], Pagination]:
    keys = spans.buckets.keys
    total = len(keys)
    seen = 0 if page.after is None else int(np.searchsorted(keys, samples.epoch_ms(page.after[0]), "right"))
    first = min(seen + page.offset, total)
    last = min(first + page.limit, total)
    rows = _rows(metric, spans, slice(first, last), daily=daily)
    cursor = encode_cursor((samples.instant_of(int(keys[last - 1])), _NO_ID)) if last < total and rows else None
    return rows, Pagination(page.limit, page.offset, total, cursor)


def _rows(metric: Metric, spans: Spans, shown: slice, *, daily: bool) -> list[TimeseriesRow]:
    """Column by column, for there are many."""
    buckets = spans.buckets
    numbers = [each for each in (buckets.values, buckets.seconds) if each is not None]
    columns: dict[str, Iterable[Any]] = {
        "start": instants_of(spans.start_ms[shown]),
        "end": instants_of(spans.end_ms[shown]),
        "unit": repeat(metric.unit),
        "provider": spans.providers(shown),
        "samples": buckets.counts[shown].tolist(),
        **{name: each[shown].round(DECIMALS).tolist() for name, each in zip(metric.components, numbers, strict=True)},
    }
    if daily:
        columns["date"] = map(date_of, (buckets.keys[shown] // DAY_MS).tolist())
    unknown = repeat(UNSET)
    return list(map(TimeseriesRow, *(columns.get(name, unknown) for name in TimeseriesRow.__struct_fields__)))

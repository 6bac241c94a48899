"""Samples summed, averaged or picked by spans of time or by local days, a page at a time."""

from collections.abc import Iterable
from itertools import repeat
from typing import Any
from uuid import UUID

import numpy as np
from msgspec import UNSET

from healthpartner.canonical.instants import date_of, instants_of
from healthpartner.canonical.metrics import Metric
from healthpartner.canonical.samples import DAY_MS
from healthpartner.core.pagination import PageRequest, Pagination, encode_cursor
from healthpartner.core.unit_of_work import UnitOfWork
from healthpartner.domains.metrics.samples import service as samples
from healthpartner.domains.metrics.samples.buckets import WIDTHS
from healthpartner.domains.metrics.samples.surroundings import around
from healthpartner.domains.metrics.timeseries.rows import DECIMALS
from healthpartner.domains.metrics.timeseries.schemas import TimeseriesRow
from healthpartner.domains.metrics.timeseries.spans import Spans, spans_of
from healthpartner.domains.metrics.timeseries.window import Query

# What decides on the sums of a day lies within it, whatever the clock says.
_MARGIN_MS = 2 * DAY_MS
_NO_ID = UUID(int=0)


async def read(uow: UnitOfWork, metric: Metric, wanted: Query) -> tuple[list[TimeseriesRow], Pagination]:
    """Spans that hold samples, ascending. A day is the member's local one where the sample was taken."""
    start_ms, end_ms = samples.epoch_ms(wanted.start), samples.epoch_ms(wanted.end)
    margin = _MARGIN_MS if metric.aggregation == "sum" else 0
    span = (start_ms - margin, end_ms + margin)
    found = await around(uow, [metric.code], metric, span, wanted.provider)
    daily = wanted.granularity == "one_day"
    spans = await spans_of(found, metric, (start_ms, end_ms), None if daily else WIDTHS[wanted.granularity])
    if spans is None:
        return [], Pagination(wanted.page.limit, wanted.page.offset, 0)
    return _page(metric, spans, wanted.page, daily=daily)


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
        "provider": _providers(spans, shown),
        "samples": buckets.counts[shown].tolist(),
        **{name: each[shown].round(DECIMALS).tolist() for name, each in zip(metric.components, numbers, strict=True)},
    }
    if daily:
        columns["date"] = map(date_of, (buckets.keys[shown] // DAY_MS).tolist())
    unknown = repeat(UNSET)
    return list(map(TimeseriesRow, *(columns.get(name, unknown) for name in TimeseriesRow.__struct_fields__)))


def _providers(spans: Spans, shown: slice) -> Iterable[str | None]:
    """The one provider behind each span, None where there are several."""
    names = spans.names
    if spans.origins is None:
        return repeat(names[0])
    lowest, highest = (each[shown].tolist() for each in spans.origins)
    return [names[low] if low == high else None for low, high in zip(lowest, highest, strict=True)]

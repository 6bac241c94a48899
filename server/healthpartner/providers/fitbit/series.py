"""Readings of a file as samples of one metric, checked all at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from healthpartner.canonical.metrics import METRICS
from healthpartner.canonical.samples import Int16s, Int64s, SampleSource
from healthpartner.canonical.units import convert
from healthpartner.providers.contract import ImportReport, SampleChunk
from healthpartner.providers.fitbit.manifest import SLUG
from healthpartner.providers.instants import offset_at
from healthpartner.providers.rows import Rows

MINUTE_MS = 60_000
_QUARTER_MS = 900_000


class Series(NamedTuple):
    """A metric, the unit that Fitbit writes it in, and how long a reading lasts."""

    metric: str
    unit: str
    lasts_ms: int = 0


def chunk_of(
    series: Series,
    times: Sequence[int | None],
    values: Sequence[float | None],
    zone: str | None,
    report: ImportReport,
    latest_ms: int,
    detail: str,
) -> SampleChunk | None:
    """Counts every reading; None without a sound one."""
    metric = METRICS[series.metric]
    ends = [None if time is None else time + series.lasts_ms for time in times]
    rows = Rows(times, ends, [None] * len(times), latest_ms)
    numbers = np.array([np.nan if value is None else value for value in values], np.float64)
    batch, sound, _ = rows.batch(metric, convert(metric, numbers, series.unit))
    report.records_read += len(times)
    rows.account(sound, report, detail)
    if not len(batch):
        return None
    if zone is not None:
        batch.offset_minutes[:] = _offsets(batch.start_ms, zone)
    chunk = SampleChunk(SampleSource(SLUG), batch)
    report.keep(chunk)
    return chunk


def _offsets(starts: Int64s, zone: str) -> Int16s:
    """No zone changes within a quarter of an hour, so one look for each is exact."""
    quarters, where = np.unique(starts // _QUARTER_MS, return_inverse=True)
    offsets: Int16s = np.array([offset_at(int(each) * _QUARTER_MS, zone) or 0 for each in quarters], np.int16)[where]
    return offsets

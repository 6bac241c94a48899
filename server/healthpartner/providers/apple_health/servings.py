"""Adds up what one source logged at one moment: a meal is many records of one instant, a sample's key is its start.

Apple's own totals add such records too. Only instants of summed metrics are servings or doses;
intervals, such as steps, are left as they are.
"""

from dataclasses import replace

import numpy as np

from healthpartner.canonical.samples import SampleBatch, concat
from healthpartner.providers.apple_health.columns import Column
from healthpartner.providers.contract import ImportReport

MOST_HELD_BACK = 1_000


def add_up_servings(batch: SampleBatch, report: ImportReport) -> SampleBatch:
    if batch.metric.aggregation != "sum":
        return batch
    is_instant = batch.duration_ms == 0
    instants = batch.take(is_instant)
    starts, first, moment = np.unique(instants.start_ms, return_index=True, return_inverse=True)
    if len(starts) == len(instants):
        return batch
    report.records_merged += len(instants) - len(starts)
    summed = replace(instants.take(first), value=np.bincount(moment, weights=instants.value).astype(np.float64))
    return concat([batch.take(~is_instant), summed])


def hold_back_last_moment(column: Column) -> Column | None:
    """Moves the rows of the last instant into a new column, for more of that meal may follow; once, not for ever."""
    if column.quantity.metric.aggregation != "sum" or len(column) == column.held_back:
        return None
    if column.starts[-1] != column.ends[-1]:
        return None
    last = column.starts[-1]
    cut = len(column.starts) - 1
    while cut > 0 and column.starts[cut - 1] == last:
        cut -= 1
    if len(column.starts) - cut > MOST_HELD_BACK:
        return None
    rest = Column(column.quantity, column.device, column.starts[cut:], column.ends[cut:], column.values[cut:])
    rest.held_back = len(rest)
    rest.zones = {row - cut: zone for row, zone in column.zones.items() if row >= cut}
    column.zones = {row: zone for row, zone in column.zones.items() if row < cut}
    del column.starts[cut:], column.ends[cut:], column.values[cut:]
    return rest

"""The clock at each sample: its own offset where it came with one, else that of the member's time zone."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from healthpartner.canonical.samples import UNKNOWN_OFFSET, Int16s, SampleBatch
from healthpartner.domains.metrics.samples.service import instant_of

# No zone has changed its offset between quarters of an hour in the years that samples are from.
_STEP_MS = 900_000
_MINUTE = timedelta(minutes=1)


def with_offsets(batch: SampleBatch, timezone: str | None) -> SampleBatch:
    """The batch with every offset known; without a time zone, UTC. An unknown zone is UTC too."""
    unknown = batch.offset_minutes == UNKNOWN_OFFSET
    if not unknown.any():
        return batch
    steps, at = np.unique(batch.start_ms[unknown] // _STEP_MS, return_inverse=True)
    offsets = batch.offset_minutes.copy()
    offsets[unknown] = _offsets(steps.tolist(), timezone)[at]
    return replace(batch, offset_minutes=offsets)


def _offsets(steps: list[int], timezone: str | None) -> Int16s:
    if timezone is None:
        return np.zeros(len(steps), np.int16)
    zone = ZoneInfo(timezone)
    offsets = [instant_of(step * _STEP_MS).astimezone(zone).utcoffset() or timedelta(0) for step in steps]
    return np.array([offset // _MINUTE for offset in offsets], np.int16)

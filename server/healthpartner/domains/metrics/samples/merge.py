"""What is stored and what arrives become one: a sample is known by its start, and the newer statement wins."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import SampleBatch, concat


class MergeResult(NamedTuple):
    """The merged samples in order, and what became of each start in the incoming batch."""

    batch: SampleBatch
    added: int
    replaced: int
    unchanged: int

    @property
    def changed(self) -> bool:
        return bool(self.added or self.replaced)


def merge(existing: SampleBatch, incoming: SampleBatch) -> MergeResult:
    """Both batches are of one metric and source; within one batch, the last of equal starts counts."""
    existing, incoming = existing.sorted_unique(), incoming.sorted_unique()
    if not len(incoming):
        return MergeResult(existing, 0, 0, 0)
    if not len(existing):
        return MergeResult(incoming, len(incoming), 0, 0)
    if existing.start_ms[-1] < incoming.start_ms[0]:
        return MergeResult(concat([existing, incoming]), len(incoming), 0, 0)
    at = np.searchsorted(existing.start_ms, incoming.start_ms)
    known = existing.start_ms[np.minimum(at, len(existing) - 1)] == incoming.start_ms
    same = int(_equal(existing.take(at[known]), incoming.take(known)).sum())
    met = int(known.sum())
    if same == len(incoming):
        return MergeResult(existing, 0, 0, same)
    merged = concat([existing, incoming]).sorted_unique()
    return MergeResult(merged, len(incoming) - met, met - same, same)


def _equal(one: SampleBatch, other: SampleBatch) -> NDArray[np.bool_]:
    equal: NDArray[np.bool_] = (
        (one.value == other.value)
        & (one.duration_ms == other.duration_ms)
        & (one.offset_minutes == other.offset_minutes)
    )
    if one.second is not None and other.second is not None:
        equal &= one.second == other.second
    return equal

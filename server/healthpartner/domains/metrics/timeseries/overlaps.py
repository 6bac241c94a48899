"""Several sources of one metric made one, without counting anything twice.

The rule: time is cut into slots of five minutes, and a sample covers the slots that it touches. Sources are ranked;
a sample of a lower source counts only where no higher source covers any of its slots. Ranks: the partner's own data,
then vendors' clouds, then the health stores of phones, which hold copies of both; within a rank by provider name,
then the source with more samples in the window, then the older source.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.samples import SampleBatch
from healthpartner.domains.metrics.samples.service import StoredChunk

SLOT_MS = 300_000

_COLLECTORS = frozenset({"apple_health", "apple_health_kit", "health_connect", "google_fit", "samsung_health"})


def rank(provider: str) -> tuple[int, str]:
    if provider.startswith("partner:"):
        return 0, provider
    return (2 if provider in _COLLECTORS else 1), provider


def ranked(series: Sequence[StoredChunk]) -> list[StoredChunk]:
    """One chunk for each source in, the one that counts most first."""
    return sorted(series, key=lambda each: (rank(each.source.provider), -len(each.batch), each.source_id))


def without_overlaps(series: Sequence[StoredChunk], start_ms: int, end_ms: int) -> list[StoredChunk]:
    """What counts of each source, in rank order; every sample starts from `start_ms` to before `end_ms`."""
    order = ranked(series)
    if len(order) <= 1:
        return order
    origin = start_ms // SLOT_MS
    covered = np.zeros((end_ms - 1) // SLOT_MS - origin + 1, np.bool_)
    kept: list[StoredChunk] = []
    for each in order:
        first, last = _slots(each.batch, origin, len(covered))
        before = np.concatenate(([0], np.cumsum(covered)))
        free = before[last + 1] == before[first]
        kept.append(StoredChunk(each.source_id, each.source, each.batch.take(free)))
        covered |= _touched(first[free], last[free], len(covered))
    return kept


def _slots(batch: SampleBatch, origin: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first and last slot that each sample touches, cut off where the window ends."""
    first = batch.start_ms // SLOT_MS - origin
    last = (batch.start_ms + np.maximum(batch.duration_ms, 1) - 1) // SLOT_MS - origin
    return first, np.minimum(last, count - 1)


def _touched(first: NDArray[np.int64], last: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    steps = np.zeros(count + 1, np.int64)
    np.add.at(steps, first, 1)
    np.add.at(steps, last + 1, -1)
    touched: NDArray[np.bool_] = np.cumsum(steps)[:-1] > 0
    return touched

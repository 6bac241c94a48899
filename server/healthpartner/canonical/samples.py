"""Samples in columns: what every provider's data becomes, and what the store keeps a day at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from healthpartner.canonical.metric import Metric
from healthpartner.canonical.sample_ids import parse_sample_id, sample_id

__all__ = [
    "DAY_MS",
    "UNKNOWN_OFFSET",
    "Float64s",
    "Int16s",
    "Int64s",
    "SampleBatch",
    "SampleSource",
    "SourcedBatch",
    "Thinned",
    "concat",
    "empty",
    "parse_sample_id",
    "sample_id",
]

Int64s = NDArray[np.int64]
Int16s = NDArray[np.int16]
Float64s = NDArray[np.float64]

DAY_MS = 86_400_000
UNKNOWN_OFFSET = -32768


@dataclass(frozen=True, slots=True)
class SampleSource:
    """Where samples come from: a provider's slug, and the device when known."""

    provider: str
    device: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SampleBatch:
    """Samples of one metric and one source, one array per column, all of one length.

    `start_ms` is UTC epoch milliseconds and the key of a sample; `duration_ms` is 0 for an instant.
    `value` (and `second`, where the metric has two components) is in the metric's canonical unit.
    `offset_minutes` is local time minus UTC at the sample, or `UNKNOWN_OFFSET`.
    `unit` is the place in the metric's units of the one that the source told the value in, None where all are canonical.
    `thinned` is None where all are samples as they came.
    """

    metric: Metric
    start_ms: Int64s
    duration_ms: Int64s
    value: Float64s
    second: Float64s | None
    offset_minutes: Int16s
    unit: Int16s | None = None
    thinned: "Thinned | None" = None

    def __len__(self) -> int:
        return len(self.start_ms)

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Self:
        """The samples at an index, a mask or a slice, in that order."""
        second = None if self.second is None else self.second[index]
        return type(self)(
            self.metric,
            self.start_ms[index],
            self.duration_ms[index],
            self.value[index],
            second,
            self.offset_minutes[index],
            None if self.unit is None else self.unit[index],
            None if self.thinned is None else self.thinned.take(index),
        )

    def sorted_unique(self) -> Self:
        """Ordered by `start_ms`, each start once: of equal starts the last in input order wins."""
        steps = np.diff(self.start_ms)
        if (steps > 0).all():
            return self
        if (steps >= 0).all():
            return self.take(np.append(steps > 0, True))
        order = np.argsort(self.start_ms, kind="stable")
        starts = self.start_ms[order]
        return self.take(order[np.append(starts[1:] != starts[:-1], True)])

    def split_by_day(self) -> Iterator[tuple[int, Self]]:
        """(UTC day as days since 1970, its samples in input order), days ascending."""
        if not len(self):
            return
        days = self.start_ms // DAY_MS
        batch = self
        if (np.diff(days) < 0).any():
            order = np.argsort(days, kind="stable")
            batch, days = self.take(order), days[order]
        cuts = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
        for first, last in pairwise(cuts):
            yield int(days[first]), batch.take(slice(first, last))


class Thinned(NamedTuple):
    """Which of a batch's rows are spans of time that stand for samples that are no more.

    `samples` is how many counted in the span, 0 for a row that is a sample itself; `weight` is what the span's mean
    weighs beside others.
    """

    samples: Int64s
    weight: Float64s

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_] | slice) -> "Thinned":
        return Thinned(self.samples[index], self.weight[index])


class SourcedBatch(NamedTuple):
    """Samples with where they come from; the id belongs to one member."""

    source_id: int
    source: SampleSource
    batch: SampleBatch


def concat(batches: Sequence[SampleBatch]) -> SampleBatch:
    """All samples of batches of one metric, in the order given; needs at least one batch."""
    first = batches[0]
    if any(batch.metric.code != first.metric.code for batch in batches):
        raise ValueError("batches of different metrics cannot be joined")
    seconds = [batch.second for batch in batches if batch.second is not None]
    return SampleBatch(
        first.metric,
        np.concatenate([batch.start_ms for batch in batches]),
        np.concatenate([batch.duration_ms for batch in batches]),
        np.concatenate([batch.value for batch in batches]),
        np.concatenate(seconds) if seconds else None,
        np.concatenate([batch.offset_minutes for batch in batches]),
        _joined_units(batches),
        _joined_thinned(batches),
    )


def _joined_units(batches: Sequence[SampleBatch]) -> Int16s | None:
    if all(batch.unit is None for batch in batches):
        return None
    return np.concatenate([np.zeros(len(batch), np.int16) if batch.unit is None else batch.unit for batch in batches])


def _joined_thinned(batches: Sequence[SampleBatch]) -> Thinned | None:
    if all(batch.thinned is None for batch in batches):
        return None
    parts = [batch.thinned or Thinned(np.zeros(len(batch), np.int64), np.ones(len(batch))) for batch in batches]
    return Thinned(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def empty(metric: Metric) -> SampleBatch:
    nothing = np.empty(0, np.int64)
    second = np.empty(0) if metric.has_second else None
    return SampleBatch(metric, nothing, nothing, np.empty(0), second, np.empty(0, np.int16))
